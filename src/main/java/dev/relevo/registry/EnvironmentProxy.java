package dev.relevo.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The proxy of {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, which every tool on a CI agent but Java's own honours. */
final class EnvironmentProxy extends ProxySelector {
    private final Map<String, String> environment;

    EnvironmentProxy(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<Proxy> select(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        if (Repository.isLoopback(host) || excluded(host)) {
            return List.of(Proxy.NO_PROXY);
        }
        return variable(uri.getScheme() + "_proxy")
                .flatMap(EnvironmentProxy::address)
                .map(address -> List.of(new Proxy(Proxy.Type.HTTP, address)))
                .orElse(List.of(Proxy.NO_PROXY));
    }

    private boolean excluded(String host) {
        for (String entry : variable("no_proxy").orElse("").split(",", -1)) {
            String name = entry.strip()
                    .toLowerCase(Locale.ROOT)
                    .replaceFirst("^\\*?\\.", "")
                    .replaceFirst(":\\d+$", "");
            if (!name.isEmpty() && (name.equals("*") || host.equals(name) || host.endsWith("." + name))) {
                return true;
            }
        }
        return false;
    }

    private static Optional<InetSocketAddress> address(String value) {
        try {
            URI uri = URI.create(value.contains("://") ? value : "http://" + value);
            return uri.getHost() == null
                    ? Optional.empty()
                    : Optional.of(new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.getOrDefault(name, environment.get(name.toUpperCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The request fails with the same exception, which is where it is told.
    }
}
