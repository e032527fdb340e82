"""Recomputes history's tables from the raw files, with nothing but the standard library and other code paths.

python3 history_check.py MARKET_DATA OUTPUT prints one line for each disagreement and a count of what was compared.
"""

import csv
import math
import os
import sys
from datetime import date, datetime, timedelta, timezone


def rows(*path):
    with open(os.path.join(*path), newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day_of(text):
    if len(text) == 10 and text.isdigit():
        return datetime.fromtimestamp(int(text), timezone.utc).date()
    if text.isdigit():
        return datetime.fromtimestamp(int(text) / 1000, timezone.utc).date()
    return date.fromisoformat(text[:10])


def candles(folder, name, column):
    days = {}
    for row in rows(folder, name):
        day, (high, low, close) = day_of(row[column]), (float(row[key]) for key in ("high", "low", "close"))
        if day in days:
            days[day] = (max(days[day][0], high), min(days[day][1], low), close)
        else:
            days[day] = (high, low, close)
    return days


def before(day, count):
    return [day - timedelta(days=back) for back in range(count, 0, -1)]


def rms(values):
    return math.sqrt(math.fsum(value * value for value in values) / len(values))


def multiples(days, last):
    parkinson = {day: math.log(high / low) ** 2 / (4 * math.log(2)) for day, (high, low, _) in days.items()}
    result = {}
    for day in sorted(parkinson):
        past = [parkinson[earlier] for earlier in before(day, 30) if earlier in parkinson]
        if len(past) == 30 and day <= last:
            result[day] = math.sqrt(parkinson[day] / (math.fsum(past) / 30))
    return result


def returns(days):
    one = timedelta(days=1)
    return {day: math.log(days[day][2] / days[day - one][2]) for day in days if day - one in days}


def order_quantile(values, q):
    ordered = sorted(values)
    at = q * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def fit_tail(values):
    """Nelder and Mead's simplex on (shape, log scale), unlike the product's one-dimensional search."""
    threshold = order_quantile(values, 0.95)
    excesses = [value - threshold for value in values if value > threshold + 1e-9]

    def cost(point):
        shape, scale = point[0], math.exp(point[1])
        if any(1 + shape * excess / scale <= 0 for excess in excesses):
            return math.inf
        logs = math.fsum(math.log1p(shape * excess / scale) for excess in excesses)
        return len(excesses) * point[1] + (1 + 1 / shape) * logs

    points = [[0.1, -0.5], [0.3, -0.5], [0.1, 0.5]]
    for _ in range(400):
        points.sort(key=cost)
        best, middle, worst = points
        centre = [(a + b) / 2 for a, b in zip(best, middle)]
        move = lambda factor: [c + factor * (c - w) for c, w in zip(centre, worst)]
        trial = move(1)
        if cost(trial) < cost(best):
            further = move(2)
            points[2] = further if cost(further) < cost(trial) else trial
        elif cost(trial) < cost(middle):
            points[2] = trial
        else:
            inner = move(-0.5)
            if cost(inner) < cost(worst):
                points[2] = inner
            else:
                points[1:] = [[(a + b) / 2 for a, b in zip(best, other)] for other in (middle, worst)]
    shape, scale = points[0][0], math.exp(points[0][1])
    return threshold, len(excesses), shape, scale, len(excesses) / len(values)


class Comparison:
    def __init__(self):
        self.count = 0
        self.wrong = 0

    def same(self, name, ours, theirs, tolerance):
        self.count += 1
        if ours in ("", "missing") and theirs is None:
            return
        if ours in ("", "missing") or theirs is None or abs(float(ours) - theirs) > tolerance * max(1, abs(theirs)):
            self.wrong += 1
            print(f"{name}: table {ours}, recomputed {theirs}")


def all_series(folder):
    coins = {
        "btc": candles(folder, "etna_BTCUSDT_1d.csv", "open_time"),
        "eth": candles(folder, "ykasra_ETHUSDT_1d.csv", "timestamp"),
        "sol": candles(folder, "darufinance_SOLUSDT_1h.csv", "time"),
    }
    last = min(max(days) for days in coins.values())
    series = {f"volatility_{coin}": multiples(days, last) for coin, days in coins.items()}
    index = [(day_of(row["date"]), (int(row["fng"]) - 50) / 50) for row in rows(folder, "lukmol_fear_greed.csv")]
    scores = [score for _, score in index]
    series["sentiment_fall"] = {
        index[at][0]: max(scores[at - 9 : at + 1]) - scores[at] for at in range(9, len(scores))
    }
    funding = {day_of(row["date"]): float(row["funding_mean"]) * 1e4 for row in rows(folder, "lukmol_funding_rates.csv")}
    series["funding_shift_btc"] = {
        day: abs(rate - math.fsum(funding[earlier] for earlier in before(day, 30)) / 30)
        for day, rate in funding.items()
        if day - timedelta(days=30) in funding
    }
    by_coin = [returns(days) for days in coins.values()]
    spread = {}
    for day in by_coin[0]:
        if day <= last and all(day in one for one in by_coin):
            values = [one[day] for one in by_coin]
            mean = math.fsum(values) / 3
            spread[day] = 1e4 * math.sqrt(math.fsum((value - mean) ** 2 for value in values) / 2)
    series["coin_dispersion"] = spread
    return coins, dict(index), funding, series


def check_events(output, coins, index, funding, compare):
    for row in rows(output, "events.csv"):
        start, end = date.fromisoformat(row["window_start"]), date.fromisoformat(row["window_end"])
        window = [start + timedelta(days=at) for at in range((end - start).days + 1)]
        for coin in ("btc", "eth"):
            change = returns(coins[coin])
            past = rms([change[day] for day in before(start, 30)])
            ours = row[f"volatility_ratio_window_{coin}"]
            compare.same(f"{row['id']} window {coin}", ours, rms([change[day] for day in window]) / past, 1e-9)
            worst = min(change[day] for day in window)
            compare.same(f"{row['id']} day {coin}", row[f"worst_day_{coin}_pct"], math.exp(worst) - 1, 1e-9)
            peak, fall = 0.0, 0.0
            for day in window:
                if peak:
                    fall = min(fall, coins[coin][day][1] / peak - 1)
                peak = max(peak, coins[coin][day][0])
            compare.same(f"{row['id']} fall {coin}", row[f"peak_to_trough_{coin}_pct"], fall, 1e-9)
        around = [start - timedelta(days=back) for back in range(7, 0, -1)] + window
        around += [end + timedelta(days=1), end + timedelta(days=2)]
        top, drop = -1.0, 0.0
        for score in (index[day] for day in around if day in index):
            top = max(top, score)
            drop = max(drop, top - score)
        compare.same(f"{row['id']} sentiment", row["sentiment_fall"], drop, 1e-9)
        # The source's slice takes the window's first day in: 31 days, not the 30 before.
        base = [funding[day] for day in before(start + timedelta(days=1), 31) if day in funding]
        shift = None
        if len(base) == 31:
            shift = max(abs(funding[day] - math.fsum(base) / 31) for day in window)
        compare.same(f"{row['id']} funding", row["funding_shift_bps"], shift, 1e-9)


def main():
    folder, output = sys.argv[1:3]
    coins, index, funding, series = all_series(folder)
    compare = Comparison()
    check_events(output, coins, index, funding, compare)
    for row in rows(output, "quantiles.csv"):
        values = list(series[row["id"]].values())
        compare.same(f"{row['id']} days", row["observed_days"], len(values), 0)
        compare.same(f"{row['id']} greatest", row["greatest"], max(values), 1e-9)
        for key in row:
            if key[0] == "p" and key[1:].replace("_", "").isdigit():
                q = float(key[1:].replace("_", ".")) / 100
                compare.same(f"{row['id']} {key}", row[key], order_quantile(values, q), 1e-9)
    for row in rows(output, "exceedance.csv") + rows(output, "shock_severity.csv"):
        if row["measure"] == "missing":
            continue
        values = list(series[row["measure"]].values())
        above = sum(value > float(row["level"]) + 1e-9 for value in values)
        compare.same(f"{row['id']} count", row["exceeded"], above, 0)
        compare.same(f"{row['id']} frequency", row["frequency_pct"], above / len(values), 1e-12)
        p, n, z = above / len(values), float(row["effective_days"]), 1.959963984540054
        # The interval's ends solve (p - x)^2 = z^2 x (1 - x) / n.
        a, b, c = 1 + z * z / n, -(2 * p + z * z / n), p * p
        root = math.sqrt(b * b - 4 * a * c)
        compare.same(f"{row['id']} low", row["frequency_low_pct"], (-b - root) / (2 * a), 1e-9)
        compare.same(f"{row['id']} high", row["frequency_high_pct"], (-b + root) / (2 * a), 1e-9)
    for row in rows(output, "return_levels.csv"):
        threshold, excesses, shape, scale, rate = fit_tail(list(series[row["id"]].values()))
        compare.same(f"{row['id']} threshold", row["threshold"], threshold, 1e-9)
        compare.same(f"{row['id']} excesses", row["excesses"], excesses, 0)
        compare.same(f"{row['id']} shape", row["shape"], shape, 1e-5)
        compare.same(f"{row['id']} scale", row["scale"], scale, 1e-5)
        for years in (1, 5, 10):
            level = threshold + scale / shape * ((years * 365.25 * rate) ** shape - 1)
            compare.same(f"{row['id']} {years} years", row[f"level_years_{years}"], level, 1e-4)
    print(f"{compare.count - compare.wrong} of {compare.count} numbers agree")
    sys.exit(1 if compare.wrong else 0)


if __name__ == "__main__":
    main()
