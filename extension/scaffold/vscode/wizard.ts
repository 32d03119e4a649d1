import * as vscode from "vscode";

/** The position of a step in its wizard, as shown in the title. */
export interface WizardPosition {
  readonly title: string;
  readonly step: number;
  readonly of: number;
}

/** The result of a step; `back` returns to the previous step; undefined if the user cancelled. */
export type StepResult<T> = { readonly value: T } | "back" | undefined;

/** An item of a step. Items without a value are headings or only informative. */
export interface StepItem<T> extends vscode.QuickPickItem {
  readonly value?: T;
}

/**
 * Shows a picker. `active` is the value of the item that is focused initially. `better` are the same items in the same
 * order with more information, which replace the first ones when they are known.
 */
export async function chooseStep<T>(
  position: WizardPosition,
  placeholder: string,
  items: readonly StepItem<T>[],
  active?: T,
  better?: Promise<readonly StepItem<T>[]>,
): Promise<StepResult<T>> {
  const picker = vscode.window.createQuickPick<StepItem<T>>();
  picker.placeholder = placeholder;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = items;
  const focus = (value: T | undefined) => {
    const focused = value !== undefined && picker.items.find((item) => item.value === value);
    if (focused) picker.activeItems = [focused];
  };
  focus(active);
  if (better) {
    picker.busy = true;
    void better.then((known) => {
      // VS Code ignores all this if the picker is closed by now. The first item is only the default; if another one
      // has the focus, the user moved there or chose it before.
      const now = picker.activeItems[0]?.value;
      const chosen = now === items.find(({ value }) => value !== undefined)?.value ? active : now;
      picker.items = known;
      focus(chosen);
      picker.busy = false;
    });
  }
  return showStep(picker, position, (resolve) =>
    picker.onDidAccept(() => {
      const value = picker.selectedItems[0]?.value;
      if (value !== undefined) resolve({ value });
    }),
  );
}

/** Shows an input box. `problem` returns what is wrong with a text, or undefined if it is valid. */
export async function inputStep(
  position: WizardPosition,
  prompt: string,
  value: string,
  problem: (text: string) => string | undefined,
): Promise<StepResult<string>> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  const check = (text: string): string | undefined => {
    const message = problem(text);
    box.validationMessage = message;
    return message;
  };
  check(value);
  return showStep(box, position, (resolve) =>
    vscode.Disposable.from(
      box.onDidChangeValue(check),
      box.onDidAccept(() => {
        if (check(box.value) === undefined) resolve({ value: box.value });
      }),
    ),
  );
}

type Input = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

async function showStep<T>(
  input: Input,
  { title, step, of }: WizardPosition,
  listen: (resolve: (result: StepResult<T>) => void) => vscode.Disposable,
): Promise<StepResult<T>> {
  input.title = title;
  input.step = step;
  input.totalSteps = of;
  // The wizard stays open while the folder dialog or another window has the focus.
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  const listeners: vscode.Disposable[] = [];
  try {
    return await new Promise<StepResult<T>>((resolve) => {
      listeners.push(
        listen(resolve),
        input.onDidTriggerButton(() => resolve("back")),
        input.onDidHide(() => resolve(undefined)),
      );
      input.show();
    });
  } finally {
    vscode.Disposable.from(...listeners, input).dispose();
  }
}
