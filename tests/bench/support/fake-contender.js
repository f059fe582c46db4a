// A contender that keeps its items in memory and takes as long as it is told, on a clock that only it moves.
export class FakeContender {
  label = "Fake";
  leaves = "the fake's items";
  calls = [];
  items = new Map();

  /**
   * @param {string} name
   * @param {{ now: number }} clock
   * @param {(call: string, count: number) => number | Promise<number>} cost ms of a call; it may throw to make it fail
   */
  constructor(name, clock, cost = () => 1) {
    Object.assign(this, { name, clock, cost });
  }

  async #do(call) {
    this.calls.push(call);
    const count = this.calls.filter((one) => one === call).length;
    this.clock.now += await this.cost(call, count);
  }

  async open() {
    await this.#do("open");
  }
  async writePdf(file) {
    await this.#do("writePdf");
    this.items.set("pdf", file.bytes.slice());
  }
  async readPdf() {
    await this.#do("readPdf");
    return this.items.get("pdf");
  }
  async writeProject(item) {
    await this.#do("writeProject");
    this.items.set("project", structuredClone(item.document));
  }
  async readProject() {
    await this.#do("readProject");
    return this.items.get("project");
  }
  async sync() {
    await this.#do("sync");
  }
  async fill() {
    await this.#do("fill");
  }
  async reopen() {
    await this.#do("reopen");
  }
  async cleanup() {
    await this.#do("cleanup");
    this.items.clear();
  }
  async close() {
    await this.#do("close");
  }
}
