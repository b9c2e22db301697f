import { expect, test, type Locator, type Page } from '@playwright/test';

/** Levels of the bundles. */
const LEVELS = { tiny: 3, nano: 4, 'nano-clips': 4 } as const;

/** A bundle of the page: `nano` and `nano-clips` are what users get, `tiny` has random weights and is quick. */
export type StoryModel = keyof typeof LEVELS;

const LOAD_TIMEOUT_MS = 120_000;

/** The studio as a user sees it: by the names that are read and said, never by the inside of the page. */
export class StudioPage {
  readonly page: Page;
  readonly model: StoryModel;

  /** @param model what a story needs; on SwiftShader's WebGPU all run on `tiny`, which is quick enough there */
  constructor(page: Page, model: StoryModel = 'tiny') {
    this.page = page;
    this.model = test.info().project.name === 'webgpu' ? 'tiny' : model;
  }

  /** Levels of a whole picture. */
  get levels(): number {
    return LEVELS[this.model];
  }

  /** Opens the studio on the backend of the project and waits until the model is ready. */
  async open(options: { readonly query?: string } = {}): Promise<void> {
    await this.openWithoutWaiting(options);
    await this.ready();
  }

  async openWithoutWaiting({ query = '' }: { readonly query?: string } = {}): Promise<void> {
    await this.page.addInitScript(listen);
    const backend = test.info().project.name === 'webgpu' ? 'webgpu' : 'wasm';
    await this.page.goto(`/?model=${this.model}&backend=${backend}${query}`);
  }

  async ready(): Promise<void> {
    await expect(this.status).toHaveText(/^(WebGPU|WASM)$/, { timeout: LOAD_TIMEOUT_MS });
  }

  get status(): Locator {
    return this.page.locator('.status');
  }

  get prompt(): Locator {
    return this.page.getByLabel('Describe a picture');
  }

  get generate(): Locator {
    return this.page.getByRole('button', { name: /^Generate/ });
  }

  get stop(): Locator {
    return this.page.getByRole('button', { name: /^Stop/ });
  }

  get discard(): Locator {
    return this.page.getByRole('button', { name: 'Discard' });
  }

  continueTo(level: number): Locator {
    // The same is offered in the timeline; the composer's button carries the words as its text.
    return this.page.getByRole('button').filter({ hasText: `Continue to level ${level}` });
  }

  /** Goes on from level 2 to the last one; level 2 has to stay what it was. */
  async goesOnFromLevel2(before: Awaited<ReturnType<StudioPage['pixels']>>): Promise<void> {
    await this.continueTo(this.levels).click();
    await this.showsAll(256);
    expect((await this.pixels()).points).not.toBe(before.points);
    await this.level(2).click();
    await this.shows(2, 256);
    await expect.poll(() => this.pixels()).toEqual(before);
  }

  /** The timeline's button of a level that is there. */
  level(level: number): Locator {
    return this.page.getByRole('button', { name: `Show level ${level}` });
  }

  slider(name: 'Size' | 'Detail' | 'Steps' | 'Guidance'): Locator {
    return this.page.getByRole('slider', { name });
  }

  /** The large picture. Its name says what it shows. */
  get picture(): Locator {
    return this.page.getByRole('img', { name: /^Picture/ });
  }

  /** Waits until the whole picture is there. */
  async showsAll(widthPx?: number, heightPx = widthPx): Promise<void> {
    await this.shows(this.levels, widthPx, heightPx);
  }

  /** Waits until the large picture shows this many levels at this size, for good: no run is at work. */
  async shows(levels: number, widthPx?: number, heightPx = widthPx): Promise<void> {
    const size = widthPx === undefined ? '\\d+ by \\d+' : `${widthPx} by ${heightPx}`;
    const name = new RegExp(`Level ${levels}, ${size} pixels\\.$`);
    await expect(this.picture).toHaveAccessibleName(name);
    await expect(this.stop).toHaveCount(0);
  }

  /** Everything the page has said so far to those who do not see it. */
  said(): Promise<string[]> {
    return this.page.evaluate(() => (window as Listening).said ?? []);
  }

  /** Generates to the end of the run, however quick it is. */
  async generateWhole(): Promise<void> {
    const finished = async () =>
      (await this.said()).filter((text) => text.startsWith('The picture is finished')).length;
    const before = await finished();
    await this.generate.click();
    await expect.poll(finished).toBe(before + 1);
    await expect(this.stop).toHaveCount(0);
  }

  /** Presses Stop in the moment that a level is said to be finished, faster than a test could from outside. */
  async stopAfterLevel(level: number): Promise<void> {
    await this.page.evaluate((text) => {
      (window as Listening).onSaid = (said) => {
        if (!said.startsWith(text)) return;
        const buttons = Array.from(document.querySelectorAll('button'));
        buttons.find((button) => button.textContent.trim() === 'Stop')?.click();
      };
    }, `Level ${level} of`);
  }

  /** Sets few steps, so that a story is about its point and not about waiting. */
  async useFewSteps(): Promise<void> {
    await this.slider('Steps').focus();
    await this.page.keyboard.press('Home');
    await expect(this.slider('Steps')).toHaveValue('4');
  }

  /** Writes a prompt and closes the suggestions. */
  async write(prompt: string): Promise<void> {
    await this.prompt.fill(prompt);
    await this.prompt.press('Escape');
  }

  /** Lets a file fall on the page. */
  async drop(bytes: Uint8Array, name = 'kept.dcs'): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle(
      ([values, called]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(values)], called));
        return transfer;
      },
      [Array.from(bytes), name] as const,
    );
    await this.page.dispatchEvent('main', 'drop', { dataTransfer });
  }

  /** What is on the large canvas now: its size and its colours at 32 by 32 points. */
  async pixels(): Promise<{ width: number; height: number; points: string }> {
    return this.picture.evaluate(async (element) => {
      const canvas = element as HTMLCanvasElement;
      // What a worker has drawn reaches the page's canvas some frames after the worker says so.
      for (let frame = 0; frame < 4; frame++)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      const copy = document.createElement('canvas');
      copy.width = copy.height = 32;
      const context = copy.getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('no 2d context');
      context.drawImage(canvas, 0, 0, 32, 32);
      const { data } = context.getImageData(0, 0, 32, 32);
      return { width: canvas.width, height: canvas.height, points: Array.from(data).join() };
    });
  }
}

type Listening = Window & { said?: string[]; onSaid?: (text: string) => void };

/** Runs in the page, before it: writes down what its live region says. */
function listen(): void {
  const page = window as Listening;
  const said: string[] = [];
  page.said = said;
  new MutationObserver(() => {
    const text = document.querySelector('[role="status"][aria-live]')?.textContent ?? '';
    if (text === '' || text === said.at(-1)) return;
    said.push(text);
    page.onSaid?.(text);
  }).observe(document, { childList: true, characterData: true, subtree: true });
}

/** How many different colours a reading of {@link StudioPage.pixels} has. */
export function colourCount(points: string): number {
  const values = points.split(',');
  const colours = new Set<string>();
  for (let i = 0; i < values.length; i += 4) colours.add(values.slice(i, i + 3).join());
  return colours.size;
}
