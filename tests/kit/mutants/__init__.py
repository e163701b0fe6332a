"""The mistakes that real people make in exactly this program, each as one place changed in a right one."""

from tests.kit.mutants import framing, leaving, names

MUTANTS = [*framing.MUTANTS, *names.MUTANTS, *leaving.MUTANTS]
