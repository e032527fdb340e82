/* What a reader chose or dropped, as the verifier takes it: pairs of path and file, and whether they are a folder's. */
(function () {
  "use strict";
  const verifier = window.Stage6Verify;
  const { MAX_FILES } = verifier;

  function chosen(name, files, isFolder) {
    return { name, files, isFolder, size: files.reduce((sum, [, file]) => sum + file.size, 0) };
  }

  /** Files that were picked: one is judged by itself, several as the folder that holds them. */
  function fromFiles(list) {
    const files = Array.from(list, (file) => [file.name, file]);
    return files.length === 0 ? null : chosen(files[0][0], files, files.length > 1);
  }

  /** The files of a folder that was picked; their paths begin with its name. */
  function fromFolder(list) {
    const files = Array.from(list, (file) => [file.webkitRelativePath.replace(/^[^/]*\//, ""), file]);
    return files.length === 0 ? null : chosen(list[0].webkitRelativePath.split("/")[0], files, true);
  }

  /** All entries of a folder; a reader gives a hundred at a time. */
  async function entriesOf(folder) {
    const reader = folder.createReader();
    const all = [];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return all;
      all.push(...some);
    }
  }

  /** Collects the files below an entry; `files` grows no further than the verifier reads. */
  async function walkEntry(folder, above, files) {
    for (const entry of await entriesOf(folder)) {
      if (files.length > MAX_FILES) return;
      const path = above + entry.name;
      if (entry.isDirectory) await walkEntry(entry, `${path}/`, files);
      else files.push([path, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
    }
  }

  /** The same by the newer interface. */
  async function walkHandle(folder, above, files) {
    for await (const [name, handle] of folder.entries()) {
      if (files.length > MAX_FILES) return;
      if (handle.kind === "directory") await walkHandle(handle, `${above}${name}/`, files);
      else files.push([above + name, await handle.getFile()]);
    }
  }

  /**
   * What an item that was dropped stands for. Entries of pages that were opened from a folder cannot be read in Chromium, but
   * handles can; other browsers have entries alone. All of it is there only until the event ends, so it is taken at once.
   */
  function take(item) {
    const entry = item.webkitGetAsEntry?.();
    const isFolder = entry?.isDirectory ?? false;
    return { entry, isFolder, file: item.getAsFile(), handle: isFolder ? item.getAsFileSystemHandle?.() : undefined };
  }

  async function filesOf({ entry, handle }, above) {
    const files = [];
    const read = await handle?.catch(() => undefined);
    if (read) await walkHandle(read, above, files);
    else await walkEntry(entry, above, files);
    return files;
  }

  /** What was dropped: one folder stands for what it holds. */
  async function fromDrop(transfer) {
    const taken = Array.from(transfer.items).filter((item) => item.kind === "file").map(take);
    if (taken.length === 0) return null;
    const [first] = taken;
    if (taken.length === 1 && first.isFolder) return chosen(first.entry.name, await filesOf(first, ""), true);
    const files = [];
    for (const one of taken) {
      if (one.isFolder) files.push(...(await filesOf(one, `${one.entry.name}/`)));
      else files.push([one.file.name, one.file]);
    }
    return chosen(files[0]?.[0] ?? first.entry.name, files, taken.length > 1);
  }

  verifier.chosen = { fromFiles, fromFolder, fromDrop };
})();
