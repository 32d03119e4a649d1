import * as vscode from "vscode";

/** Where a step stands in its dialog, as the title shows it. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly of: number;
}

/** The answer to a step; `back` asks the step before again; undefined: the user has left. */
export type Answer<T> = { readonly value: T } | "back" | undefined;

/** A list to choose from. Entries without a value are headings, or only for reading. */
export interface Choice<T> extends vscode.QuickPickItem {
  readonly value?: T;
}

/** Asks to choose one entry. `active` is the one that is marked at first. */
export async function chooseStep<T>(
  place: Place,
  placeholder: string,
  items: readonly Choice<T>[],
  active?: T,
): Promise<Answer<T>> {
  const picker = vscode.window.createQuickPick<Choice<T>>();
  picker.placeholder = placeholder;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = items;
  const marked = items.find(({ value }) => value !== undefined && value === active);
  if (marked) picker.activeItems = [marked];
  return shown(picker, place, (answer) =>
    picker.onDidAccept(() => {
      const value = picker.selectedItems[0]?.value;
      if (value !== undefined) answer({ value });
    }),
  );
}

/** Asks for a line of text. `problem` says what is wrong with one, undefined where nothing is. */
export async function inputStep(
  place: Place,
  prompt: string,
  value: string,
  problem: (text: string) => string | undefined,
): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  const check = (text: string): string | undefined => {
    const wrong = problem(text);
    box.validationMessage = wrong;
    return wrong;
  };
  check(value);
  return shown(box, place, (answer) =>
    vscode.Disposable.from(
      box.onDidChangeValue(check),
      box.onDidAccept(() => {
        if (check(box.value) === undefined) answer({ value: box.value });
      }),
    ),
  );
}

type Input = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

async function shown<T>(
  input: Input,
  { title, step, of }: Place,
  listen: (answer: (given: Answer<T>) => void) => vscode.Disposable,
): Promise<Answer<T>> {
  input.title = title;
  input.step = step;
  input.totalSteps = of;
  // The folder dialog and a look at another window must not throw away what was chosen so far.
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  const parts: vscode.Disposable[] = [];
  try {
    return await new Promise<Answer<T>>((resolve) => {
      parts.push(
        listen(resolve),
        input.onDidTriggerButton(() => resolve("back")),
        input.onDidHide(() => resolve(undefined)),
      );
      input.show();
    });
  } finally {
    vscode.Disposable.from(...parts, input).dispose();
  }
}
