package dev.relevo.config;

/**
 * A value from the command line.
 *
 * @param key dotted key, e.g. {@code deploy.strategy}; {@code namespace}, {@code kubeconfig} and {@code context} mean the
 *     chosen environment's
 * @param value as written
 * @param flag the flag, for messages, e.g. {@code --strategy}
 */
public record FlagValue(String key, String value, String flag) {}
