package dev.relevo.cluster;

import java.util.Optional;

/**
 * Which server a message is about.
 *
 * @param url without a trailing slash
 * @param context the kubeconfig's context, if one was used
 */
record ServerAddress(String url, Optional<String> context) {
    ServerAddress {
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    @Override
    public String toString() {
        return "[" + url + "]"
                + context.map(name -> " (context [" + name + "])").orElse("");
    }
}
