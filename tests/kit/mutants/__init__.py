"""The mistakes that real people make in exactly this program, each as one place changed in a right one."""

from tests.kit.mutants import advanced, client, clock, framing, leaving, names, on_variants

MUTANTS = [
    *framing.MUTANTS,
    *names.MUTANTS,
    *leaving.MUTANTS,
    *clock.MUTANTS,
    *advanced.MUTANTS,
    *client.MUTANTS,
    *on_variants.MUTANTS,
]
