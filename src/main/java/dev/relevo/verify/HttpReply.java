package dev.relevo.verify;

/**
 * What came back.
 *
 * @param status HTTP status
 * @param body as text
 */
public record HttpReply(int status, String body) {}
