/** The texts of one kind of entry, in blocks that come one by one or all at once: their bytes in, texts by number out. Pure. */

export const TOGETHER = 512; // entries of a block, as the server's publish/textblocks.py has it

const decoder = new TextDecoder();

/** Where a block lies in its file, and how many bytes it unfolds to. */
export type Place = { start: number; end: number; size: number };

export class Texts {
  private readonly blocks: (Uint8Array<ArrayBuffer> | undefined)[] = [];

  /** Of each block where it ends in the file, and where in what that unfolds to. */
  constructor(
    private readonly count: number,
    private readonly packed: Uint32Array,
    private readonly unfolded: Uint32Array,
  ) {}

  /** The blocks of these entries that have not come yet, each once. */
  missing(entries: Iterable<number>): number[] {
    const found = new Set<number>();
    for (const entry of entries) {
      const block = Math.floor(entry / TOGETHER);
      if (!this.blocks[block]) found.add(block);
    }
    return [...found];
  }

  place(block: number): Place {
    const [start, from] = [this.packed[block - 1] ?? 0, this.unfolded[block - 1] ?? 0];
    return { start, end: this.packed[block] ?? start, size: (this.unfolded[block] ?? from) - from };
  }

  give(block: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.blocks[block] = bytes;
  }

  /** What the whole file unfolds to. */
  giveAll(bytes: Uint8Array<ArrayBuffer>): void {
    this.unfolded.forEach((end, block) => {
      this.give(block, bytes.subarray(this.unfolded[block - 1] ?? 0, end));
    });
  }

  /** The text of an entry; `about`: what is about it. Its block has come. */
  text(entry: number, about: boolean): string {
    const block = Math.floor(entry / TOGETHER);
    const bytes = this.blocks[block];
    if (!bytes) throw new Error(`the texts of block ${block} have not come`);
    const here = Math.min(TOGETHER, this.count - block * TOGETHER);
    const ends = new Uint32Array(bytes.buffer, bytes.byteOffset, 2 * here);
    const at = (entry % TOGETHER) + (about ? here : 0);
    const from = 8 * here + (about ? (ends[here - 1] ?? 0) : 0);
    const first = at % here === 0 ? 0 : (ends[at - 1] ?? 0);
    return decoder.decode(bytes.subarray(from + first, from + (ends[at] ?? first)));
  }
}
