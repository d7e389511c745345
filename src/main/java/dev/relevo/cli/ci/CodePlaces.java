package dev.relevo.cli.ci;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the file and line that a message names, as {@code relevo.yaml:4} or as compilers write it. */
public final class CodePlaces {
    private static final Pattern PLACE = Pattern.compile("([^\\s:()\\[\\]]+\\.[A-Za-z]+):\\[?([1-9][0-9]{0,6})\\b");

    /** What a build has made holds copies, and what packages bring is not the project's. */
    private static final Set<String> NOT_SOURCES =
            Set.of("target", "build", "out", "bin", "dist", "node_modules", "venv");

    private final Path project;

    /** @param project what messages name files relative to */
    public CodePlaces(Path project) {
        this.project = project.toAbsolutePath().normalize();
    }

    /** The first place in the text whose file is there. */
    public Optional<CodePlace> in(String text) {
        Matcher named = PLACE.matcher(text);
        while (named.find()) {
            Optional<Path> file = file(named.group(1));
            if (file.isPresent()) {
                return Optional.of(new CodePlace(file.get(), Integer.parseInt(named.group(2))));
            }
        }
        return Optional.empty();
    }

    private Optional<Path> file(String name) {
        try {
            Path file = project.resolve(name).normalize();
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
            // A stack trace of Java has the name alone.
            return name.endsWith(".java") && !name.contains("/") ? only(name) : Optional.empty();
        } catch (InvalidPathException | IOException e) {
            // A place that cannot be looked up is not shown; the message itself names it.
            return Optional.empty();
        }
    }

    /** The file of that name when the project has exactly one. */
    private Optional<Path> only(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(project, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String called = String.valueOf(folder.getFileName());
                boolean skipped = !folder.equals(project) && (called.startsWith(".") || NOT_SOURCES.contains(called));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (name.equals(String.valueOf(file.getFileName()))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
