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
    "prefer-native-element": ["error", { exclude: ["region"] }],
  },
};
