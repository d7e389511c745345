package dev.relevo.local.node;

import java.util.regex.Pattern;

/** Whether an image reference can be one, by the grammar of the distribution specification. */
final class ImageNames {
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern REFERENCE =
            Pattern.compile("(?:(?:[a-zA-Z0-9.-]+|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?/)?" + COMPONENT + "(?:/" + COMPONENT
                    + ")*(?::[\\w][\\w.-]{0,127})?(?:@[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,})?");

    private ImageNames() {}

    static boolean isValid(String reference) {
        return REFERENCE.matcher(reference).matches();
    }

    /** The repository with the digest, as a container status names an image. */
    static String withDigest(String reference, String digest) {
        String repository = reference.contains("@") ? reference.substring(0, reference.indexOf('@')) : reference;
        int colon = repository.lastIndexOf(':');
        if (colon > repository.lastIndexOf('/')) {
            repository = repository.substring(0, colon);
        }
        return repository + "@" + digest;
    }
}
