package dev.relevo.local.environment;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/**
 * How an environment is started.
 *
 * @param apiPort where the API server listens on 127.0.0.1; 0: any free port
 * @param registryPort where the registry listens on 127.0.0.1; 0: any free port
 * @param token what clients of the API server must present
 * @param network which part of the loopback network it had before; 0: none
 * @param backOff the first delay before a container that failed again is restarted
 */
public record EnvironmentOptions(int apiPort, int registryPort, String token, int network, Duration backOff) {
    private static final int TOKEN_BYTES = 24;

    /** Any free ports, a new token, and the back-off of Kubernetes. */
    public static EnvironmentOptions fresh() {
        return new EnvironmentOptions(0, 0, newToken(), 0, Duration.ofSeconds(10));
    }

    /** A token that nobody can guess. */
    static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    @Override
    public String toString() {
        return "EnvironmentOptions[apiPort=" + apiPort + ", registryPort=" + registryPort + "]";
    }
}
