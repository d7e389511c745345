package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.files.Directories;
import dev.relevo.local.store.ObjectStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prepares what a container needs to start: its root, its environment, its command line. */
final class ContainerLauncher {
    private static final List<String> MACHINE_PATH =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private final ObjectStore store;
    private final JsonNode pod;
    private final PodAddress address;
    private final PodVolumes volumes;

    ContainerLauncher(ObjectStore store, JsonNode pod, PodAddress address, PodVolumes volumes) {
        this.store = store;
        this.pod = pod;
        this.address = address;
        this.volumes = volumes;
    }

    /**
     * A container ready to start.
     *
     * @param surroundings for this and every further process in it
     * @param main its main process
     */
    record Prepared(LaunchedContainer surroundings, ContainerProcess.Spec main) {}

    /**
     * Makes a fresh root in the given directory and works out what to start there.
     *
     * @throws CannotStart when its configuration does not allow it
     */
    Prepared prepare(JsonNode container, Image image, Path imageRoot, Path root) throws IOException, CannotStart {
        ContainerEnvironment environment = new ContainerEnvironment(store, pod, address.ip());
        Map<String, String> services = environment.serviceVariables();
        Map<String, String> declared = environment.declared(container, services);
        Directories.delete(root);
        ImageStore.populate(imageRoot, root);
        volumes.mount(pod, container, root);
        PathRewriter rewriter = new PathRewriter(root, PodVolumes.mountPaths(container));

        Map<String, String> known = new LinkedHashMap<>(services);
        known.putAll(declared);
        List<String> line = commandLine(container, image.config(), known);
        Map<String, String> env = environment(container, image.config(), services, declared, rewriter, root);
        Path directory = directory(container, image.config(), root);
        LaunchedContainer surroundings = new LaunchedContainer(root, rewriter, env, directory);
        rewriteArgumentFiles(line, root, rewriter);
        ContainerProcess.Spec main = surroundings.command(line);
        return new Prepared(
                surroundings, new ContainerProcess.Spec(limitMemory(main.command(), container), env, directory));
    }

    private static List<String> commandLine(JsonNode container, ImageConfig config, Map<String, String> known)
            throws CannotStart {
        List<String> line = new ArrayList<>();
        boolean ownCommand = !container.path("command").isEmpty();
        if (ownCommand) {
            container.path("command").forEach(part -> line.add(Expansion.expand(part.asText(), known)));
        } else {
            line.addAll(config.entrypoint());
        }
        if (!container.path("args").isEmpty()) {
            container.path("args").forEach(part -> line.add(Expansion.expand(part.asText(), known)));
        } else if (!ownCommand) {
            line.addAll(config.cmd());
        }
        if (line.isEmpty()) {
            throw new CannotStart("CreateContainerError", "no command specified");
        }
        return line;
    }

    private Map<String, String> environment(
            JsonNode container,
            ImageConfig config,
            Map<String, String> services,
            Map<String, String> declared,
            PathRewriter rewriter,
            Path root) {
        Map<String, String> env = new LinkedHashMap<>();
        config.env().forEach((name, value) -> env.put(name, rewriter.rewrite(value)));
        env.put("HOSTNAME", pod.path("metadata").path("name").asText());
        env.put("HOME", root.toString());
        env.putAll(services);
        env.putAll(FrameworkVariables.of(address, PodSpecs.ports(container)));
        declared.forEach((name, value) -> env.put(name, rewriter.rewrite(value)));
        env.put("PATH", path(declared.getOrDefault("PATH", config.env().getOrDefault("PATH", "")), root));
        env.putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        return env;
    }

    /** The directories of the image first, then the JDK that this environment runs on, then the machine's. */
    private static String path(String wanted, Path root) {
        Set<String> entries = new LinkedHashSet<>();
        for (String entry : wanted.split(":")) {
            Path inRoot = root.resolve(entry.replaceFirst("^/+", "")).normalize();
            if (!entry.isEmpty() && inRoot.startsWith(root) && Files.isDirectory(inRoot)) {
                entries.add(inRoot.toString());
            }
        }
        entries.add(System.getProperty("java.home") + File.separator + "bin");
        entries.addAll(MACHINE_PATH);
        return String.join(":", entries);
    }

    private static Path directory(JsonNode container, ImageConfig config, Path root) throws IOException {
        String wanted = container.path("workingDir").asText(config.workingDir());
        Path directory = root.resolve(wanted.replaceFirst("^/+", "")).normalize();
        if (!directory.startsWith(root)) {
            throw new IOException("workingDir [" + wanted + "] leads out of the container");
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        return directory;
    }

    private static void rewriteArgumentFiles(List<String> line, Path root, PathRewriter rewriter) throws IOException {
        for (String argument : line) {
            if (argument.startsWith("@/")) {
                Path file = root.resolve(argument.substring(2)).normalize();
                if (file.startsWith(root) && Files.isRegularFile(file)) {
                    LaunchedContainer.rewriteArgumentFile(file, rewriter);
                }
            }
        }
    }

    /** A JVM sizes itself by the container's memory limit; without a container it has to be told. */
    private static List<String> limitMemory(List<String> command, JsonNode container) {
        JsonNode limit = container.path("resources").path("limits").path("memory");
        if (limit.isMissingNode() || !command.get(0).endsWith("/java")) {
            return command;
        }
        List<String> limited = new ArrayList<>(command);
        limited.add(1, "-XX:MaxRAM=" + Quantity.parse(limit.asText()).toBigInteger());
        return limited;
    }
}
