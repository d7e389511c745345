package dev.relevo.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Finds out whether a registry speaks TLS. Plain HTTP is only tried on this machine, or where the user has accepted it. */
final class RegistryAddress {
    private RegistryAddress() {}

    static URI find(Repository repository, boolean insecure, Transport transport)
            throws IOException, InterruptedException {
        if (!repository.isLoopback() && !insecure) {
            return URI.create("https://" + repository.host());
        }
        IOException failure = new IOException("no answer");
        for (String scheme : repository.isLoopback() ? List.of("http", "https") : List.of("https", "http")) {
            URI base = URI.create(scheme + "://" + repository.host());
            try {
                HttpRequest ping = HttpRequest.newBuilder(base.resolve("/v2/"))
                        .timeout(Duration.ofSeconds(20))
                        .build();
                HttpResponse<byte[]> answer = transport.send(ping);
                if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
                    throw new RegistryRequest.Healing(answer, "the registry");
                }
                // A server that expects TLS calls a plain request a bad one.
                if (answer.statusCode() != 400) {
                    return base;
                }
            } catch (ConnectException | RegistryRequest.Healing e) {
                throw e;
            } catch (IOException otherScheme) {
                failure = otherScheme;
            }
        }
        throw failure;
    }
}
