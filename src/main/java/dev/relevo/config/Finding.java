package dev.relevo.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path where
 * @param message the rest of the sentence that begins with the place
 */
record Finding(KeyPath path, String message) {}
