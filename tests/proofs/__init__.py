"""Proofs that no setting and no work is lost: small as tests, in full by ``python -m tests.proofs``."""
