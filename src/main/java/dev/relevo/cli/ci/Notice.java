package dev.relevo.cli.ci;

import java.util.Optional;

/**
 * Something that a CI system shows beside the log.
 *
 * @param title a few words, e.g. an error's code; may be empty
 * @param message may have several lines
 * @param at where to look, where that is known
 */
public record Notice(String title, String message, Optional<CodePlace> at) {}
