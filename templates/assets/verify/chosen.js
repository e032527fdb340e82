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

  /** Collects the files below entries; `files` grows no further than the verifier reads. */
  async function walk(entries, above, files) {
    for (const entry of entries) {
      if (files.length > MAX_FILES) return;
      if (entry.isFile) {
        files.push([above + entry.name, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
      } else {
        await walk(await entriesOf(entry), `${above}${entry.name}/`, files);
      }
    }
  }

  /** What was dropped: a folder stands for what it holds. */
  async function fromDrop(transfer) {
    // Entries are there only until the event ends, so all are taken at once.
    const entries = Array.from(transfer.items ?? [], (item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (entries.length === 0) return fromFiles(transfer.files);
    const [first] = entries;
    const files = [];
    if (entries.length === 1 && first.isDirectory) {
      await walk(await entriesOf(first), "", files);
      return chosen(first.name, files, true);
    }
    await walk(entries, "", files);
    return chosen(first.name, files, entries.length > 1);
  }

  verifier.chosen = { fromFiles, fromFolder, fromDrop };
})();
