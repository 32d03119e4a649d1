/**
 * Each variable has a value that names the variable and the value of `id`, so that a value of another variable or
 * another call is recognized. Allocations make the collector run and move values at almost every call.
 */
export const source = `
type box = { tag : string; id : int; body : int list }
let[@inline never] make tag id = { tag; id; body = List.init 3 (fun i -> i + id) }
let[@inline never] waste n = List.fold_left (+) 0 (List.init n (fun i -> i * 2))
let[@inline never] weight b = waste (List.length b.body) + b.id

let[@inline never] plain id alpha beta =
  let first = make "first" id in
  let sum = weight alpha in
  let second = make "second" id in
  let other = weight beta + weight first + sum in
  ignore (weight second);
  if other > 5 then ignore (weight alpha) else ignore (waste 3);
  ignore (weight first);
  other + id

let[@inline never] handlers id alpha beta gamma =
  let first = make "first" id in
  let caught =
    try
      if id mod 3 = 0 then raise Not_found;
      ignore (weight beta);
      if id mod 3 = 1 then failwith "one";
      weight first
    with
    | Not_found -> weight alpha
    | Failure _ ->
      let inner = make "inner" id in
      weight inner + weight gamma
  in
  let last = make "last" id in
  ignore (weight last);
  ignore (weight gamma);
  caught

let rec recursive id count alpha =
  let step = make "step" id in
  ignore (weight step);
  if count = 0 then weight alpha
  else begin
    ignore (waste count);
    recursive id (count - 1) (make "alpha" id)
  end

let[@inline never] loops id alpha beta =
  let total = ref 0 in
  for i = 0 to 3 do
    let each = make "each" id in
    total := !total + weight each + i;
    ignore (weight alpha)
  done;
  while !total mod 7 <> 0 do
    let again = make "again" id in
    incr total;
    ignore (weight again)
  done;
  ignore (weight beta);
  !total

let[@inline never] cases id alpha kind =
  match kind with
  | 0 -> let zero = make "zero" id in ignore (waste 2); weight zero
  | 1 -> ignore (weight alpha);
    weight alpha
  | 2 -> ignore (waste 5);
    let two = make "two" id in
    ignore (weight two);
    weight alpha + weight two
  | 3 -> waste 3
  | 4 -> ignore (waste 4);
    weight alpha
  | _ -> ignore (weight alpha);
    let rest = make "rest" id in
    weight rest

let[@inline never] shadow id alpha =
  ignore (weight alpha);
  let alpha = make "alpha2" id in
  ignore (weight alpha);
  let again = make "again" id in
  let f alpha = weight alpha + id in
  ignore (f again);
  List.iter (fun alpha -> ignore (weight alpha)) [ make "alpha2" id ];
  weight alpha

let[@inline never] many id a1 a2 a3 a4 a5 a6 a7 a8 =
  ignore (weight a3);
  let first = make "first" id in
  ignore (weight a1 + weight a8);
  ignore (weight a5 + weight a6 + weight a7);
  weight a2 + weight a4 + weight first

let[@inline never] labels ~id ?(size = 3) ~alpha:renamed () =
  ignore (waste size);
  ignore (weight renamed);
  let first = make "first" id in
  ignore (waste size);
  weight first + weight renamed

let[@inline never] closures id alpha beta =
  let first = make "first" id in
  let sum = weight alpha in
  List.iter (fun each ->
    ignore (weight each + weight beta);
    let inner = make "inner" id in
    List.iter (fun deep ->
      ignore (weight first + sum);
      ignore (weight deep + weight inner + weight alpha);
      ignore (waste id)) [ make "deep" id ];
    ignore (weight alpha)) [ make "each" id; make "each" id ];
  let rec local count gamma =
    ignore (weight gamma);
    ignore (weight beta + weight first);
    if count > 0 then local (count - 1) (make "gamma" id) else weight alpha
  in
  let alpha = make "alpha2" id in
  let use = fun beta ->
    ignore (weight beta + weight first);
    weight alpha + id
  in
  let two = (fun left right ->
    ignore (weight left + weight first);
    weight right + weight alpha) in
  ignore (two (make "left" id) (make "right" id));
  use beta + local 2 (make "gamma" id)

type sides = Two of box * box | One of (box * box)
type room = { inside : box; mutable outside : box }
let[@inline never] pair id = (make "left" id, \`Both (make "right" id, make "third" id))

let[@inline never] patterns id alpha =
  match pair id with
  | left, \`Both (right, third) ->
    ignore (weight alpha);
    ignore (weight left);
    let other = weight right in
    ignore (weight third);
    other

let rec items id alpha = function
  | [] -> weight alpha
  | [ head ] ->
    ignore (weight head);
    weight alpha
  | head :: next :: rest ->
    ignore (weight head);
    ignore (weight next);
    items id alpha rest

let[@inline never] constructed id alpha sides =
  match sides with
  | Two (head, next) ->
    ignore (weight head);
    ignore (waste id);
    weight next
  | One (next, head) ->
    ignore (weight alpha);
    ignore (waste id);
    weight head + weight next

let[@inline never] rebound id alpha maybe =
  match maybe with
  | Some head ->
    ignore (weight head);
    let maybe = Sys.opaque_identity (Some (make "again" id)) in
    ignore (weight alpha);
    (match maybe with
    | Some again ->
      ignore (weight again);
      weight head
    | None -> 0)
  | None -> weight alpha

let[@inline never] ( let* ) value f = f (Sys.opaque_identity value)
let ( let+ ) value f = f value
let ( and+ ) one other = (one, other)

let[@inline never] operators id alpha =
  let* first = make "first" id in
  let* second = make "second" id in
  ignore (weight first + weight alpha);
  let* left, right = (make "left" id, make "right" id) in
  ignore (weight left);
  ignore (waste id);
  let* () = ignore (weight first) in
  let+ fourth = make "fourth" id
  and+ fifth = make "fifth" id in
  ignore (weight fourth + weight right);
  ignore (waste id);
  let+ sixth = make "sixth" id in
  ignore (weight sixth);
  weight fifth + weight second

let[@inline never] allocations id alpha =
  let seventh = { tag = "seventh"; id; body = alpha.body } in
  let eighth = { tag = "eighth"; id; body = id :: alpha.body } in
  ignore (weight seventh);
  ignore (waste id);
  for i = 0 to 2 do
    let ninth = { tag = "ninth"; id; body = i :: seventh.body } in
    ignore (weight ninth);
    ignore (waste i);
    if i = 1 then begin
      let tenth = { ninth with tag = "tenth" } in
      ignore (weight eighth + weight ninth);
      ignore (weight tenth);
      ignore (waste id)
    end
  done;
  weight eighth + weight seventh

exception One of box
exception Several of box * box * int
let[@inline never] fail id kind = match kind mod 4 with
  | 0 -> raise (One (make "caught0" id))
  | 1 -> raise (Several (make "caught1" id, make "caught2" id, id))
  | 2 -> raise Not_found
  | _ -> waste id

let[@inline never] raised id alpha =
  let count = ref 0 in
  for i = 0 to 4 do
    try
      ignore (fail id i);
      (try ignore (fail id (i + 2)) with Not_found -> ignore (weight alpha));
      match fail id (i + 1) with
      | _ -> ignore (weight alpha)
      | exception One caught0 ->
        ignore (weight alpha);
        ignore (weight caught0);
        ignore (waste id)
    with
    | Several (caught1, caught2, _) ->
      ignore (weight alpha);
      ignore (weight caught1);
      (try ignore (fail id 0) with
      | One caught0 ->
        ignore (waste id);
        ignore (weight caught0 + weight caught2)
      | _ -> ());
      incr count
    | One caught0 ->
      ignore (weight caught0);
      ignore (waste id)
    | Not_found -> ignore (weight alpha)
  done;
  !count + weight alpha

let rec typed : type a. int -> box -> a list -> int = fun id alpha rest ->
  let first = make "first" id in
  ignore (weight alpha);
  match rest with
  | [] -> weight first
  | _ :: rest ->
    ignore (weight alpha);
    waste id + typed id (make "alpha" id) rest

let[@inline never] arguments id (left, right) { inside; outside } =
  let next, beta = Sys.opaque_identity (make "next" id, make "beta" id) in
  ignore (weight left + weight inside);
  ignore (weight next);
  ignore (waste id);
  List.iter (fun (head, each) ->
    ignore (weight head + weight right);
    ignore (waste id);
    ignore (weight each)) [ (make "head" id, make "each" id) ];
  weight right + weight outside + weight beta

let () =
  for id = 1 to 12 do
    let b tag = make tag id in
    ignore (raised id (b "alpha"));
    ignore (allocations id (b "alpha"));
    ignore (operators id (b "alpha"));
    ignore (typed id (b "alpha") [ 1; 2 ]);
    ignore (closures id (b "alpha") (b "beta"));
    ignore (patterns id (b "alpha"));
    ignore (items id (b "alpha") [ b "head"; b "next"; b "head" ]);
    ignore (constructed id (b "alpha") (Two (b "head", b "next")));
    ignore (constructed id (b "alpha") (One (b "next", b "head")));
    ignore (rebound id (b "alpha") (Some (b "head")));
    ignore (arguments id (b "left", b "right") { inside = b "inside"; outside = b "outside" });
    ignore (plain id (b "alpha") (b "beta"));
    ignore (handlers id (b "alpha") (b "beta") (b "gamma"));
    ignore (recursive id 3 (b "alpha"));
    ignore (loops id (b "alpha") (b "beta"));
    ignore (cases id (b "alpha") (id mod 6));
    ignore (shadow id (b "alpha"));
    ignore (many id (b "a1") (b "a2") (b "a3") (b "a4") (b "a5") (b "a6") (b "a7") (b "a8"));
    ignore (labels ~id ~alpha:(b "renamed") ())
  done
`;

/** The functions of the program in which every variable is checked. */
export const functions = [
  "plain",
  "handlers",
  "recursive",
  "loops",
  "cases",
  "shadow",
  "many",
  "labels",
  "closures",
  "fun",
  "local",
  "use",
  "patterns",
  "items",
  "constructed",
  "rebound",
  "arguments",
  "operators",
  "typed",
  "allocations",
  "raised",
];
/** Variables that are not boxes. */
export const others = /^(?:rest|sides|maybe)$/;
/** The layout of every pattern. */
export const layout = {
  constructors: new Map([
    ["Two", 2],
    ["One", 1],
    ["Some", 1],
    ["Several", 3],
  ]),
  fields: new Map([["inside", 0]]),
};
