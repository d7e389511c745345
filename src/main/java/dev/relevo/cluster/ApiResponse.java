package dev.relevo.cluster;

import java.util.Optional;

/**
 * What came back over a transport.
 *
 * @param status HTTP status
 * @param body empty when there was none
 * @param retryAfter the header of that name
 */
@SuppressWarnings("ArrayRecordComponent")
record ApiResponse(int status, byte[] body, Optional<String> retryAfter) {}
