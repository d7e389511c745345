package dev.relevo.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Runs Java's compiler for the sake of the Maven that a build starts: it can have Java's own classes from an archive, too. */
final class CompilerTraining {
    private static final String SOURCE = """
            import java.util.*;
            import java.util.stream.*;

            public final class Trained<T extends Comparable<T>> {
                private record Pair<A, B>(A first, B second) {}

                sealed interface Shape permits Round, Square {}

                record Round(double radius) implements Shape {}

                record Square(double side) implements Shape {}

                enum Kind { ONE, TWO }

                @Override
                public String toString() {
                    Map<Kind, List<String>> texts = new EnumMap<>(Kind.class);
                    for (Kind kind : Kind.values()) {
                        texts.computeIfAbsent(kind, any -> new ArrayList<>()).add(switch (kind) {
                            case ONE -> "one";
                            case TWO -> "two" + kind.ordinal();
                        });
                    }
                    try (Stream<String> all = texts.values().stream().flatMap(List::stream)) {
                        return all.map(text -> new Pair<>(text, 1).first()).collect(Collectors.joining(","));
                    } catch (IllegalStateException e) {
                        Object what = new Object() { };
                        return what instanceof String text ? text : null;
                    }
                }
            }
            """;

    private CompilerTraining() {}

    /** With and without knowledge of a release's interface. Does nothing on a Java without a compiler. */
    static void in(Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            return;
        }
        Path source = Files.writeString(folder.resolve("Trained.java"), SOURCE);
        for (List<String> release : List.of(List.<String>of(), List.of("--release", "17"))) {
            List<String> words = new ArrayList<>(release);
            words.addAll(List.of("-g", "-d", folder.toString(), source.toString()));
            OutputStream nowhere = OutputStream.nullOutputStream();
            int unused = compiler.run(null, nowhere, nowhere, words.toArray(String[]::new));
        }
    }
}
