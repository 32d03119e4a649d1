(* mirage >= 4.10.0 & < 4.12.0 *)
open Mirage

let packages = [ package "fmt"; package ~min:"0.2.0" "git-kv" ]
let main = main ~packages "Unikernel.Main" (git_client @-> job)
let stack = generic_stackv4v6 default_network
let happy_eyeballs = generic_happy_eyeballs stack
let dns = generic_dns_client stack happy_eyeballs
let tcp = tcpv4v6_of_stackv4v6 stack
let connections = mimic_happy_eyeballs stack happy_eyeballs dns

(* The client supports git:// and https://, one device for each protocol. *)
let client = merge_git_clients (git_tcp tcp connections) (git_http tcp connections)
let () = register "git-files" [ main $ client ]
