// How html-validate reads the site. A rule that is off has its reason beside it.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    // Indentation of template lines that print nothing; removing it would touch the text of `<pre>` too.
    "no-trailing-whitespace": "off",
    // Navigation and contents stand in the page twice, for wide and for narrow screens, and the styles show one of each.
    // axe demands that landmarks that are shown have different names.
    "unique-landmark": "off",
    // A table that scrolls is a region that takes the focus, as the WAI describes it; `<section>` would say the same.
    // What search finds while one types is a list box beside its field, as ARIA's combobox is; `<select>` holds no links.
    "prefer-native-element": ["error", { exclude: ["region", "listbox"] }],
    // The name of a fact is its path, with dots; HTML forbids blanks only.
    "valid-id": ["error", { relaxed: true }],
    // The key of an audit is no password of a reader: no browser shall offer to keep it.
    "autocomplete-password": "off",
  },
};
