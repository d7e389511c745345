package dev.relevo.local.node;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Turns the absolute paths of a container into paths of this machine. A process without a file system of its own would
 * otherwise look for {@code /app/classes} in the machine's root.
 *
 * <p>A path is taken for one of the container's when it lies in a mounted volume, or when it exists in the container's
 * root (a {@code *} at the end counts for its directory, a file yet to be created for its directory too). All other
 * text is left as it is.
 */
final class PathRewriter {
    private static final Set<String> MACHINE = Set.of("dev", "proc", "sys");
    private static final String BEFORE_A_PATH = "=:,;@\"' \t\n([<>|&";
    private static final String AFTER_A_PATH = ":,;\"' \t\n)]<>|&?";

    private final Path root;
    private final List<String> mountPaths;

    PathRewriter(Path root, List<String> mountPaths) {
        this.root = root;
        this.mountPaths = mountPaths.stream()
                .map(path -> path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
                .toList();
    }

    /** The text with every path of the container replaced. */
    String rewrite(String text) {
        if (text.indexOf('/') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            boolean starts = text.charAt(at) == '/' && (at == 0 || BEFORE_A_PATH.indexOf(text.charAt(at - 1)) >= 0);
            int end = starts ? endOfPath(text, at) : at;
            String path = text.substring(at, end);
            if (starts && !path.startsWith("//") && belongsToContainer(path)) {
                out.append(root).append(path);
                at = end;
            } else {
                out.append(text, at, Math.max(end, at + 1));
                at = Math.max(end, at + 1);
            }
        }
        return out.toString();
    }

    private static int endOfPath(String text, int start) {
        int end = start;
        while (end < text.length() && AFTER_A_PATH.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private boolean belongsToContainer(String path) {
        for (String mount : mountPaths) {
            if (path.equals(mount) || path.startsWith(mount + "/")) {
                return true;
            }
        }
        String plain = path.endsWith("*") ? path.substring(0, path.lastIndexOf('/')) : path;
        if (plain.length() < 2) {
            return false;
        }
        String[] parts = plain.substring(1).split("/", 2);
        if (MACHINE.contains(parts[0])) {
            return false;
        }
        Path inRoot = root.resolve(plain.substring(1)).normalize();
        if (!inRoot.startsWith(root)) {
            return false;
        }
        Path parent = inRoot.getParent();
        return Files.exists(inRoot, LinkOption.NOFOLLOW_LINKS)
                || (parent != null && !parent.equals(root) && Files.isDirectory(parent));
    }
}
