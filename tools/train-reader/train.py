"""Trains the reader and writes its weights: `python3 train.py --out FILE`; `--smoke` takes a few steps only.

`--keep FILE` keeps what training needs to be taken up again, `--go-on FILE` takes it up, at a lower rate and at full
hardness; `--lines FILE…` lays lines that a drawn camera has seen between the others. One seed, one command. Trained on
OCR-B cuts other than OCRBS, which the figures at the end are taken with.
"""

import argparse
import hashlib
import multiprocessing
import struct
import time
from pathlib import Path

import cv2
import jax
import jax.numpy as jnp
import numpy as np
import optax

import damage
import draw
import drawn
import net
import texts

SEED = 1
BATCH = 32
LABEL = 46
STEPS, RATE = 7_000, 4e-3
STEPS_ON, RATE_ON = 14_000, 2.5e-3
STEPS_DRAWN, RATE_DRAWN = 10_000, 2e-3
KEPT_EVERY = 1_000
MAGIC = b"FCREAD1\n"
STATISTICS_BATCHES = 60


def batch(job):
    """Strips and labels of a step; the same for the same seed and step."""
    seed, step, hardness = job
    strips = np.zeros((BATCH, damage.ROWS, damage.WIDTH), np.uint8)
    labels, pads = np.zeros((BATCH, LABEL), np.int32), np.ones((BATCH, LABEL), np.float32)
    words = []
    for place in range(BATCH):
        rng = np.random.default_rng((seed, step, place))
        strip, text = drawn.sample(rng) if drawn.LINES and place % 2 else damage.sample(rng, hardness)
        strips[place] = strip
        labels[place, :len(text)] = [texts.ALPHABET.index(sign) for sign in text]
        pads[place, :len(text)] = 0
        words.append(text)
    return strips, labels, pads, words


def hardness(step, steps):
    """Lines grow worse during the first third."""
    return 0.25 + 0.75 * min(1.0, step / (0.3 * steps))


def prepare(lines):
    """A loader takes one core, and less of it than the training."""
    cv2.setNumThreads(1)
    drawn.load(lines)


def train(steps, rate, weights, seed, hardness, lines=(), kept=None):
    """Weights after `steps` batches, averaged over the last of them; now and then they are kept in `kept`."""
    rate = optax.cosine_onecycle_schedule(steps, rate, pct_start=0.25)
    optimiser = optax.chain(optax.clip_by_global_norm(5.0), optax.adamw(rate, weight_decay=0.01))
    state, average = optimiser.init(weights), weights

    @jax.jit
    def turn(weights, state, average, keep, *data):
        cost, slope = jax.value_and_grad(net.loss)(weights, *data)
        change, state = optimiser.update(slope, state, weights)
        weights = optax.apply_updates(weights, change)
        average = jax.tree.map(lambda old, new: keep * old + (1 - keep) * new, average, weights)
        return weights, state, average, cost

    began, costs = time.monotonic(), []
    jobs = ((seed, step, hardness(step, steps)) for step in range(steps))
    with multiprocessing.get_context("spawn").Pool(1, prepare, (lines,)) as loader:
        for step, (strips, labels, pads, _) in enumerate(loader.imap(batch, jobs)):
            keep = 0.0 if step < steps * 0.5 else 0.998
            weights, state, average, cost = turn(weights, state, average, keep, strips, labels, pads)
            costs.append(float(cost))
            if (step + 1) % 100 == 0:
                print(f"{step + 1} steps, loss {np.mean(costs[-100:]):.4f}, {time.monotonic() - began:.0f} s", flush=True)
            if kept and (step + 1) % KEPT_EVERY == 0:
                keep_weights(average, kept)
    return average, costs


def keep_weights(weights, path):
    """Keeps unfolded weights."""
    np.savez(path, *[np.asarray(leaf) for leaf in jax.tree.leaves(weights)])


def taken_up(path):
    """Weights that were kept."""
    with np.load(path) as kept:
        leaves = [jnp.asarray(kept[name]) for name in kept.files]
    return jax.tree.unflatten(jax.tree.structure(net.fresh(SEED)), leaves)


def statistics(weights, batches):
    """Means and variances of every layer over strips of full hardness, in place of a batch's own."""
    see = jax.jit(lambda weights, strips: net.forward(weights, strips)[1])
    sums = None
    for step in range(batches):
        seen = see(weights, batch((SEED + 1, step, 1.0 if step % 3 else 0.5))[0])
        sums = seen if sums is None else jax.tree.map(jnp.add, sums, seen)
    return jax.tree.map(lambda total: total / batches, sums)


def export(weights, found, path):
    """Writes kernels and biases as half-precision numbers, little-endian; returns the file's SHA-256."""
    layers = net.folded(weights, found)
    parts = [MAGIC, struct.pack("<H", len(layers))]
    for kernel, bias in layers:
        parts.append(struct.pack("<4H", *kernel.shape))
        parts += [kernel.astype("<f2").tobytes(), bias.astype("<f2").tobytes()]
    content = b"".join(parts)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def measure(weights, found, batches):
    """Shares of lines that are read whole, of the cut that was never trained on."""
    draw.CUTS, draw.CUT_SHARES = ("S",), (1.0,)
    look = jax.jit(lambda weights, strips: net.forward(weights, strips, found)[0])
    for hard in (0.3, 0.7, 1.0):
        right = sure = wrong = lines = noise = blank = 0
        for step in range(batches):
            strips, _, _, words = batch((SEED + 2, step, hard))
            for (read, least), word in zip(net.read(look(weights, strips)), words):
                if not word:
                    blank, noise = blank + 1, noise + (len(read) > 3)
                    continue
                lines, right = lines + 1, right + (read == word)
                sure, wrong = sure + (least >= 0.7), wrong + (least >= 0.7 and read != word)
        print(f"damage {hard}: {right} of {lines} lines right, of {sure} that were sure {wrong} wrong; "
              f"{noise} of {blank} without text gave some", flush=True)


def main():
    """Trains, exports, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where the weights are written")
    parser.add_argument("--keep", type=Path, help="where training can be taken up again, a file .npz")
    parser.add_argument("--go-on", type=Path, help="a file that --keep wrote")
    parser.add_argument("--smoke", action="store_true", help="a few steps: that everything runs and is learnt from")
    parser.add_argument("--lines", type=Path, nargs="+", default=[], help="files that the program strips wrote")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    drawn.load(arguments.lines)
    weights, seed, hard = net.fresh(SEED), SEED, hardness
    steps, rate = STEPS, RATE
    if arguments.go_on:
        weights, hard = taken_up(arguments.go_on), lambda step, _: 0.4 + 0.6 * (step % 4) / 3
        seed += 40 if arguments.lines else 20
        steps, rate = (STEPS_DRAWN, RATE_DRAWN) if arguments.lines else (STEPS_ON, RATE_ON)
    steps = 60 if arguments.smoke else steps
    weights, costs = train(steps, rate, weights, seed, hard, arguments.lines, arguments.keep)
    if arguments.smoke and np.mean(costs[-10:]) > 0.8 * np.mean(costs[:10]):
        raise SystemExit("nothing was learnt")
    if arguments.keep:
        keep_weights(weights, arguments.keep)
    found = statistics(weights, 2 if arguments.smoke else STATISTICS_BATCHES)
    print(f"{export(weights, found, arguments.out)}  {arguments.out.name}")
    if not arguments.smoke:
        drawn.LINES.clear()
        measure(weights, found, 40)


if __name__ == "__main__":
    main()
