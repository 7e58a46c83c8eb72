"""The recogniser: seven convolutions, three poolings, a step of 38 scores for every 4 columns (CTC)."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from texts import ALPHABET

BLANK = len(ALPHABET)
CLASSES = BLANK + 1
# Rows and columns of the kernel, channels out, rows and columns that are pooled after it.
# The fifth one takes the three rows that are left together.
LAYERS = ((3, 3, 16, (2, 2)), (3, 3, 32, (2, 2)), (3, 3, 64, (2, 1)), (3, 3, 64, None), (3, 3, 96, None),
          (1, 5, 96, None), (1, 1, CLASSES, None))
FLAT = 4
# Columns to either side over which brightness is made even.
AROUND = 64
STEP = 4


def fresh(seed):
    """Weights before training."""
    rng, weights, channels = np.random.default_rng(seed), [], 1
    for rows, columns, out, _ in LAYERS:
        kernel = rng.normal(0, (2 / (rows * columns * channels)) ** 0.5, (rows, columns, channels, out))
        weights.append({"kernel": jnp.asarray(kernel, jnp.float32), "scale": jnp.ones(out), "bias": jnp.zeros(out)})
        channels = out
    return weights


def normalised(strips):
    """Bytes as the net takes them: the mean and spread around each column become 0 and 1."""
    strips = strips.astype(jnp.float32) / 64
    columns = jnp.stack([jnp.full(strips.shape[::2], strips.shape[1], jnp.float32), strips.sum(1), (strips * strips).sum(1)])
    count, total, squares = lax.reduce_window(
        columns, 0.0, lax.add, (1, 1, 2 * AROUND + 1), (1, 1, 1), ((0, 0), (0, 0), (AROUND, AROUND)))
    mean = total / count
    spread = jnp.sqrt(jnp.maximum(squares / count - mean * mean, 0))
    return ((strips - mean[:, None]) / (spread[:, None] + 4 / 64))[..., None]


def forward(weights, strips, statistics=None):
    """Scores by step, and each layer's mean and variance. Without `statistics` those of the batch count."""
    x, seen = normalised(strips), []
    for place, (layer, (_, columns, _, pool)) in enumerate(zip(weights, LAYERS)):
        padding = ((0, 0), (columns // 2, columns // 2)) if place == FLAT else "SAME"
        x = lax.conv_general_dilated(x, layer["kernel"], (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        if place == len(LAYERS) - 1:
            return (x + layer["bias"])[:, 0], seen
        mean, variance = (x.mean((0, 1, 2)), x.var((0, 1, 2))) if statistics is None else statistics[place]
        seen.append((mean, variance))
        x = jax.nn.relu((x - mean) * lax.rsqrt(variance + 1e-5) * layer["scale"] + layer["bias"])
        if pool:
            window = (1, *pool, 1)
            x = lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")
    raise AssertionError("the last layer returns")


def loss(weights, strips, labels, label_pads):
    """Mean CTC loss a sign."""
    scores, _ = forward(weights, strips)
    costs = optax.ctc_loss(scores, jnp.zeros(scores.shape[:2]), labels, label_pads, blank_id=BLANK)
    return (costs / jnp.maximum((1 - label_pads).sum(1), 4)).mean()


def folded(weights, statistics):
    """Kernels and biases into which the normalisation is multiplied."""
    layers = []
    for layer, (mean, variance) in zip(weights, statistics):
        factor = layer["scale"] / np.sqrt(np.asarray(variance) + 1e-5)
        layers.append((np.asarray(layer["kernel"] * factor), np.asarray(layer["bias"] - mean * factor)))
    last = weights[-1]
    return [*layers, (np.asarray(last["kernel"]), np.asarray(last["bias"]))]


def read(scores):
    """The best path's text of each strip, and its least certain sign's probability."""
    shares = np.asarray(jax.nn.softmax(scores))
    texts = []
    for strip in shares:
        best, text, least, before = strip.argmax(1), "", 1.0, BLANK
        for step, sign in enumerate(best):
            if sign not in (BLANK, before):
                text += ALPHABET[sign]
                least = min(least, strip[step, sign])
            before = sign
        texts.append((text, float(least)))
    return texts
