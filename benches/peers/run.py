"""Makes the corpora, runs stage6, the floor and the peers in turns, and prints the table of ratios."""

import functools
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

STAGE6, CORPUS, PLACE, RUNS = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
SIZES = [int(size) for size in sys.argv[5:] if size] or [100, 1000, 10000]
CORES = sorted(os.sched_getaffinity(0))[:2]

HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><main>'
TAIL = "</main></body></html>"


def corpus(tool, size):
    """The corpus of a tool, with the smallest site around it that shows a page."""
    root = PLACE / f"{tool}-{size}"
    if root.exists():
        return root
    subprocess.run([sys.executable, CORPUS, "--n", str(size), "--out", root, "--tool", tool], check=True, stdout=subprocess.DEVNULL)
    if tool == "zola":
        (root / "templates").mkdir(parents=True, exist_ok=True)
        page = HEAD.format(title="{{ page.title }}") + "{{ page.content | safe }}" + TAIL
        section = HEAD.format(title="{{ section.title }}") + "{{ section.content | safe }}" + TAIL
        (root / "templates/page.html").write_text(page)
        (root / "templates/section.html").write_text(section)
        (root / "templates/index.html").write_text(section)
    if tool == "hugo":
        layouts = root / "layouts/_default"
        layouts.mkdir(parents=True, exist_ok=True)
        page = HEAD.format(title="{{ .Title }}") + "{{ .Content }}" + TAIL
        for name in ("single.html", "list.html"):
            (layouts / name).write_text(page)
        (root / "layouts/index.html").write_text(page)
        # Links between pages are written with the names of files.
        markup = layouts / "_markup"
        markup.mkdir(exist_ok=True)
        (markup / "render-link.html").write_text(
            '<a href="{{ with .Page.GetPage (index (split .Destination "#") 0) }}{{ .RelPermalink }}{{ else }}{{ .Destination }}{{ end }}">{{ .Text | safeHTML }}</a>'
        )
    return root


@functools.cache
def zola_version():
    answer = subprocess.run(["zola", "--version"], check=True, capture_output=True, text=True).stdout
    return tuple(map(int, answer.split()[-1].split(".")[:2]))


def zola(root, variant):
    colours = 'highlight_code = true\nhighlight_theme = "css"\n'
    if zola_version() >= (0, 22):
        colours = '[markdown.highlighting]\nstyle = "class"\ntheme = "github-light"\n'
    (root / "config.toml").write_text(
        'base_url = "https://example.org"\ntitle = "Corpus"\ngenerate_feeds = false\n'
        f"build_search_index = {str(variant == 'full').lower()}\n"
        "[markdown]\n" + (colours if variant != "min" else "")
    )
    return ["zola", "--root", str(root), "build", "--force", "--output-dir", str(root / "out")]


def hugo(root, variant):
    (root / "hugo.toml").write_text(
        'baseURL = "https://example.org/"\ntitle = "Corpus"\ndisableKinds = ["taxonomy", "term", "rss", "sitemap"]\n'
        f"[markup.highlight]\ncodeFences = {str(variant != 'min').lower()}\nnoClasses = false\n"
    )
    return ["hugo", "--quiet", "--source", str(root), "--destination", str(root / "out"), "--noBuildLock"]


def mdbook(root, variant):
    (root / "book.toml").write_text(
        '[book]\ntitle = "Corpus"\nlanguage = "en"\nsrc = "src"\n[build]\nbuild-dir = "out"\n'
        f"[output.html.search]\nenable = {str(variant == 'full').lower()}\n"
    )
    return ["mdbook", "build", str(root)]


def stage6(root, variant):
    without = {"min": "search,highlighting,links", "hl": "search,links", "full": ""}[variant]
    command = [STAGE6, "build", "--root", str(root), "--output", "out", "--quiet", "--no-memory"]
    return command + (["--without", without] if without else [])


def floor(root, _):
    return [str(PLACE / "floor-target/release/limit"), str(root), str(root / "out"), "2"]


TOOLS = {
    "floor": (floor, "raw", ["min"]),
    "stage6": (stage6, "raw", ["min", "hl", "full"]),
    "zola": (zola, "zola", ["min", "hl", "full"]),
    # Hugo has no index for search of its own; mdBook colours code in the browser.
    "hugo": (hugo, "hugo", ["min", "hl"]),
    "mdbook": (mdbook, "mdbook", ["min", "full"]),
}


def is_there(name):
    return name == "stage6" or (name == "floor" and pathlib.Path(floor(PLACE, "")[0]).exists()) or shutil.which(name)


def once(command, out):
    """Seconds and megabytes of one clean build."""
    shutil.rmtree(out, ignore_errors=True)
    # GNU time would add its own start; the peak of a child is asked of the system.
    start = time.perf_counter()
    process = subprocess.Popen(["taskset", "-c", ",".join(map(str, CORES)), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return seconds, usage.ru_maxrss / 1024


def main():
    tools = [name for name in TOOLS if is_there(name)]
    missing = [name for name in TOOLS if name not in tools]
    if missing:
        print(f"not installed: {', '.join(missing)}")
    print("| pages | variant | tool | seconds | times stage6 | MB |\n|---|---|---|---|---|---|")
    for size in SIZES:
        for variant in ("min", "hl", "full"):
            taking = [name for name in tools if variant in TOOLS[name][2]]
            # mdBook grows with the square of its pages; ten thousand would take the day.
            taking = [name for name in taking if not (name == "mdbook" and size > 1000)]
            found = {name: [] for name in taking}
            runs = RUNS if size < 10000 else max(1, RUNS // 2 + 1)
            for _ in range(runs):
                for name in taking:
                    make, kind, _ = TOOLS[name]
                    root = corpus(kind, size)
                    found[name].append(once(make(root, variant), root / "out"))
            own = statistics.median(seconds for seconds, _ in found["stage6"])
            for name in taking:
                seconds = statistics.median(seconds for seconds, _ in found[name])
                peak = max(megabytes for _, megabytes in found[name])
                print(f"| {size:,} | {variant} | {name} | {seconds:.2f} | {seconds / own:.1f} | {peak:.0f} |", flush=True)
        for root in PLACE.glob(f"*-{size}"):
            shutil.rmtree(root)


main()
