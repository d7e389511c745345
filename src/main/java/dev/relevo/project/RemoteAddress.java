package dev.relevo.project;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of git repositories. */
final class RemoteAddress {
    private static final Pattern SCP_LIKE = Pattern.compile("(?:[^@/]+@)?([^:/]+):(?!/)(.+)");

    private RemoteAddress() {}

    /**
     * The repository's web address: the same for everybody, whether they cloned by HTTPS or SSH, and never with the user or
     * password that the remote may contain.
     *
     * @return empty for a path on disk, which means something on one machine only
     */
    static Optional<String> web(String remote) {
        if (!remote.contains("://")) {
            Matcher matcher = SCP_LIKE.matcher(remote);
            return matcher.matches() && matcher.group(1).length() > 1
                    ? Optional.of(withoutSuffix("https://" + matcher.group(1) + "/" + matcher.group(2)))
                    : Optional.empty();
        }
        try {
            URI uri = URI.create(remote);
            if (uri.getHost() == null || "file".equals(uri.getScheme())) {
                return Optional.empty();
            }
            boolean ssh = !"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme());
            String port = ssh || uri.getPort() < 0 ? "" : ":" + uri.getPort();
            String scheme = ssh ? "https" : uri.getScheme();
            return Optional.of(withoutSuffix(scheme + "://" + uri.getHost() + port + uri.getPath()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private static String withoutSuffix(String address) {
        return address.replaceFirst("/+$", "").replaceFirst("\\.git$", "");
    }
}
