"""The mistakes that real people make in exactly this program, each as one place changed in a right one."""

from tests.kit.mutants import (
    advanced,
    challenge_encryption,
    challenge_files,
    challenge_log,
    challenge_moderation,
    challenge_web,
    client,
    clock,
    conversations,
    desk,
    framing,
    leaving,
    names,
    on_variants,
)

BY_TOPIC = {
    "lines and messages": framing.MUTANTS,
    "names": names.MUTANTS,
    "leaving": leaving.MUTANTS,
    "the time": clock.MUTANTS,
    "rooms, history, slow readers": advanced.MUTANTS,
    "the client": client.MUTANTS,
    "conversations": conversations.MUTANTS,
    "desk": desk.MUTANTS,
    "other designs": on_variants.MUTANTS,
    "the challenge encryption": challenge_encryption.MUTANTS,
    "the challenge files": challenge_files.MUTANTS,
    "the challenge log": challenge_log.MUTANTS,
    "the challenge moderation": challenge_moderation.MUTANTS,
    "the challenge web": challenge_web.MUTANTS,
}
MUTANTS = [mutant for mutants in BY_TOPIC.values() for mutant in mutants]
