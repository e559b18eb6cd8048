"""Operations and bytes of a computation, known before it begins."""
