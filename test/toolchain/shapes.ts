/** Projects unlike those of mirage-skeleton. Each exercises one aspect of how mirage finds and compiles config.ml. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Shape {
  /** Files by path below the shape's folder, with `/`. */
  readonly files: Readonly<Record<string, string>>;
  /** The folder where mirage runs, relative to that of the shape. */
  readonly root: string;
  /** Path of config.ml, relative to the root. */
  readonly configFile: string;
  /** Options tried in addition to none. */
  readonly options: readonly (readonly string[])[];
  /** Why mirage refuses what the evaluator describes, which compiles less of the project and accepts more arguments. */
  readonly more?: string;
}

const network = `open Mirage

let main = main "Unikernel.Main" (stackv4v6 @-> job)
let stack = generic_stackv4v6 default_network
let () = register "network" [ main $ stack ]
`;
const hello = `open Mirage

let main = main "Unikernel" job ~packages:[ package "duration" ]
let () = register "hello" [ main ]
`;
const unikernel = "let start () = Lwt.return_unit\n";
/** The file that mirage writes, without its mark, which makes it the user's own. */
const ownConfig = (modules: string, libraries: string) =>
  `(data_only_dirs duniverse dist)\n\n(executable\n (name config)\n (modules ${modules})\n (libraries ${libraries}))\n`;

const withHelper = `open Mirage

let main = main "Unikernel.Main" (stackv4v6 @-> job)
let () = register Naming.name [ main $ generic_stackv4v6 (Naming.network ()) ]
`;
const helper = `let name = "helped"\nlet network () = Mirage.default_network\n`;

function shape(files: Shape["files"], change: Partial<Omit<Shape, "files">> = {}): Shape {
  return { files, root: ".", configFile: "config.ml", options: [], ...change };
}

/** The shapes by the name of their folder. */
export const shapes: Readonly<Record<string, Shape>> = {
  "local library": shape({
    "config.ml": `open Mirage

let main = main ~local_libs:[ "greeting" ] "Unikernel.Main" (stackv4v6 @-> job)
let () = register "local" [ main $ generic_stackv4v6 default_network ]
`,
    "greeting/dune": "(library\n (name greeting))\n",
    "greeting/greeting.ml": 'let words = "hello"\n',
  }),
  "mirage below": shape(
    { "mirage/config.ml": network, "mirage/unikernel.ml": unikernel, "src/a.ml": "let x = 1\n" },
    { configFile: "mirage/config.ml", options: [["--net=host"]] },
  ),
  "mirage below, in a dune project": shape(
    {
      "mirage/config.ml": network,
      "dune-project": "(lang dune 3.0)\n(name outer)\n",
      dune: "(env\n (_\n  (flags (:standard -w +a-4-9-40-41-42-44-45-70))))\n",
      "src/dune": "(library\n (name outer))\n",
      "src/outer.ml": "let x = 1\n",
    },
    { configFile: "mirage/config.ml" },
  ),
  "mirage below, hidden by the folder above": shape(
    { "mirage/config.ml": hello, dune: "(data_only_dirs mirage)\n" },
    { configFile: "mirage/config.ml", more: "mirage/ is hidden from dune" },
  ),
  "reads files": shape({
    "config.ml": `open Mirage

let wanted =
  let file = open_in "devices.txt" in
  let line = input_line file in
  close_in file;
  line

let main = main "Unikernel.Main" (stackv4v6 @-> job)
let net = if wanted = "second" then netif "second" else default_network
let () = register ("reads-" ^ wanted) [ main $ generic_stackv4v6 net ]
`,
    "devices.txt": "second\n",
  }),
  "two registers": shape({
    "config.ml": `${network}
let () = register "again" [ Mirage.main "Other" job ]
`,
  }),
  "keys and choices": shape(
    {
      "config.ml": `open Mirage

let shout =
  let doc = Key.Arg.info ~doc:"How loud." [ "shout" ] in
  Key.(create "shout" Arg.(flag doc))

let kind =
  let doc = Key.Arg.info ~doc:"Kind." [ "kind" ] in
  Key.(create "kind" Arg.(opt Cmdliner.Arg.string "ram" doc))

let store =
  match_impl (Key.value kind)
    [ ("ram", block_of_file "ram"); ("files", block_of_file "files") ]
    ~default:(block_of_file "other")

let quiet = main "Quiet.Main" (block @-> job)
let loud = main "Loud.Main" (block @-> job)
let () = register "keys" [ if_impl (Key.value shout) loud quiet $ store ]
`,
    },
    { options: [["--shout"], ["--kind=files"], ["--kind", "files", "--shout"]] },
  ),
  "own devices": shape({
    "config.ml": `open Mirage

type echo = ECHO

let echo = typ ECHO
let chamber =
  impl ~packages:[ package "fmt" ] ~connect:(fun _ modname _ -> code ~pos:__POS__ "%s.connect ()" modname) "Echo.Chamber" echo
let wall ?(thick = 1) () =
  impl ~keys:[] ~extra_deps:[ dep default_network ]
    ~connect:(fun _ modname names -> code ~pos:__POS__ "%s.connect %d %s" modname thick (String.concat " " names))
    "Echo.Wall" (echo @-> echo)
let main = main "Unikernel.Main" (echo @-> echo @-> job)
let () = register "echo" [ main $ (wall ~thick:3 () $ chamber) $ chamber ]
`,
  }),
  "own dune.config with another module": shape({
    "config.ml": withHelper,
    "naming.ml": helper,
    "dune.config": ownConfig("config naming", "mirage"),
  }),
  "own dune with a library": shape({
    "config.ml": withHelper,
    dune: "(include dune.config)\n\n(rule\n (write-file note.txt note))\n",
    "dune.config": ownConfig("config", "mirage naming"),
    "naming/dune": "(library\n (name naming)\n (libraries mirage))\n",
    "naming/naming.ml": helper,
  }),
  "own dune that includes": shape({
    "config.ml": withHelper,
    dune: "(include shared.inc)\n",
    "shared.inc": ownConfig("config naming", "mirage"),
    "naming.ml": helper,
  }),
  "config.mli": shape({ "config.ml": network, "config.mli": "" }),
  "own dune-project": shape({ "config.ml": network, "dune-project": "(lang dune 3.0)\n(name mine)\n" }),
  "a broken dune file next to config.ml": shape(
    { "config.ml": network, "lib/dune": "(library (name\n" },
    { more: "dune reads all dune files of the project" },
  ),
  "a broken dune file in data": shape({ "config.ml": network, "duniverse/x/dune": "(library (name\n" }),
  "in a monorepo": shape(
    {
      "dune-project": "(lang dune 3.17)\n",
      "dune-workspace": "(lang dune 3.17)\n(profile release)\n(context (default (name other)))\n",
      "lib/dune": "(library\n (name mirage))\n",
      "lib/mirage.ml": "",
      "services/net/config.ml": network,
      ".git/HEAD": "ref: refs/heads/main\n",
    },
    { root: "services/net", options: [["--net=host"]] },
  ),
  "sp ace é 日本": shape({ "config.ml": network }, { options: [["--no-dhcp", "--utcp"]] }),
  "prints rubbish": shape({
    "config.ml": `let () = print_string "digraph G {\\n  1 [label=\\"x\\"];\\n}\\nName       lie\\nOutput     -"
${network}`,
  }),
  "own dune-workspace.config": shape({
    "config.ml": network,
    "mirage/dune-workspace.config": "(lang dune 3.0)\n(profile release)\n(context default)\n",
  }),
  "ends after describing": shape({ "config.ml": `${network}let () = failwith "too late"\n` }),
  "fails before": shape({ "config.ml": `let () = failwith "too early"\n${network}` }),
  "no arguments after --": shape(
    { "config.ml": network },
    { options: [["--net=host", "--"]], more: "it puts its own arguments after them" },
  ),
  "an argument after --": shape({ "config.ml": network }, { options: [["--", "x"]] }),
};

/** Writes the files of a shape. */
export async function writeShape(folder: string, { files }: Shape): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
