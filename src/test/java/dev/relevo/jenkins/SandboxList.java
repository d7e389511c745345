package dev.relevo.jenkins;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signatures that a sandboxed script may use, in the notation of the Script Security plugin. */
final class SandboxList {
    private final List<Signature> signatures;

    private SandboxList(List<Signature> signatures) {
        this.signatures = List.copyOf(signatures);
    }

    static SandboxList read(String resource) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(SandboxList.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            return new SandboxList(lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Signature::parse)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean permitsMethod(Object receiver, String method, Object[] args) {
        return signatures.stream().anyMatch(s -> s.isMethod(receiver, method, args));
    }

    boolean permitsStaticField(Object type, String field) {
        return signatures.stream()
                .anyMatch(s -> s.kind.equals("staticField") && s.type.equals(type) && s.name.equals(field));
    }

    private record Signature(String kind, Class<?> type, String name, List<Class<?>> parameters) {
        static Signature parse(String line) {
            String[] words = line.split(" ");
            List<Class<?>> parameters = new ArrayList<>();
            for (String word : Arrays.asList(words).subList(3, words.length)) {
                parameters.add(load(word));
            }
            return new Signature(words[0], load(words[1]), words[2], parameters);
        }

        boolean isMethod(Object receiver, String method, Object[] args) {
            if (!name.equals(method)) {
                return false;
            }
            return switch (kind) {
                case "method" -> type.isInstance(receiver) && accepts(Arrays.asList(args));
                case "staticMethod" ->
                    isExtension()
                            ? acceptsWithReceiver(receiver, args)
                            : type.equals(receiver) && accepts(Arrays.asList(args));
                default -> false;
            };
        }

        // Groovy's own additions to a class are static methods that take the object first.
        private boolean isExtension() {
            return type.getSimpleName().endsWith("GroovyMethods");
        }

        private boolean acceptsWithReceiver(Object receiver, Object[] args) {
            List<Object> all = new ArrayList<>();
            all.add(receiver);
            all.addAll(Arrays.asList(args));
            return accepts(all);
        }

        private boolean accepts(List<?> args) {
            if (args.size() != parameters.size()) {
                return false;
            }
            for (int i = 0; i < args.size(); i++) {
                if (!fits(args.get(i), parameters.get(i))) {
                    return false;
                }
            }
            return true;
        }

        private static boolean fits(@Nullable Object arg, Class<?> parameter) {
            if (parameter == int.class) {
                return arg instanceof Integer;
            }
            // Groovy turns a text with placeholders into a plain one where that is asked for.
            return arg == null || parameter.isInstance(parameter == String.class ? arg.toString() : arg);
        }

        private static Class<?> load(String name) {
            try {
                return name.equals("int") ? int.class : Class.forName(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalArgumentException("Not a class: " + name, e);
            }
        }
    }
}
