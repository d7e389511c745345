package dev.relevo.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The programs that build a Dockerfile, and how each is asked. */
enum ContainerTool {
    DOCKER("docker", List.of("docker", "version", "--format", "{{.Server.Version}}")) {
        @Override
        List<List<String>> commands(Request request) {
            List<String> build = new ArrayList<>(
                    List.of("docker", "build", "--iidfile", request.idFile().toString()));
            build.addAll(List.of("-f", request.dockerfile().toString()));
            request.platform().ifPresent(platform -> build.addAll(List.of("--platform", platform)));
            request.target().ifPresent(target -> build.addAll(List.of("--target", target)));
            new TreeMap<>(request.arguments())
                    .forEach((key, value) -> build.addAll(List.of("--build-arg", key + "=" + value)));
            build.add(request.context().toString());
            return List.of(
                    build, List.of("docker", "save", "-o", request.archive().toString(), ID));
        }
    },
    BUILDAH("buildah", List.of("buildah", "info")) {
        @Override
        List<List<String>> commands(Request request) {
            List<String> build = new ArrayList<>(List.of("buildah", "build", "--layers", "--format", "oci"));
            build.addAll(List.of(
                    "--iidfile",
                    request.idFile().toString(),
                    "-f",
                    request.dockerfile().toString()));
            request.platform().ifPresent(platform -> build.addAll(List.of("--platform", platform)));
            request.target().ifPresent(target -> build.addAll(List.of("--target", target)));
            new TreeMap<>(request.arguments())
                    .forEach((key, value) -> build.addAll(List.of("--build-arg", key + "=" + value)));
            build.add(request.context().toString());
            return List.of(build, List.of("buildah", "push", ID, "oci-archive:" + request.archive()));
        }
    },
    BUILDCTL("buildctl", List.of("buildctl", "debug", "workers")) {
        @Override
        List<List<String>> commands(Request request) {
            Path folder = request.dockerfile().getParent();
            List<String> build =
                    new ArrayList<>(List.of("buildctl", "build", "--progress=plain", "--frontend", "dockerfile.v0"));
            build.addAll(List.of("--local", "context=" + request.context()));
            build.addAll(List.of("--local", "dockerfile=" + (folder == null ? request.context() : folder)));
            build.addAll(List.of("--opt", "filename=" + request.dockerfile().getFileName()));
            request.platform().ifPresent(platform -> build.addAll(List.of("--opt", "platform=" + platform)));
            request.target().ifPresent(target -> build.addAll(List.of("--opt", "target=" + target)));
            new TreeMap<>(request.arguments())
                    .forEach((key, value) -> build.addAll(List.of("--opt", "build-arg:" + key + "=" + value)));
            build.addAll(List.of("--output", "type=oci,dest=" + request.archive()));
            return List.of(build);
        }
    };

    /** Stands for the identity of the image that the command before has built. */
    static final String ID = "{image id}";

    /**
     * What is to be built.
     *
     * @param idFile where the tool writes the image's identity
     * @param archive where the tool writes the image
     */
    record Request(
            Path dockerfile,
            Path context,
            Map<String, String> arguments,
            Optional<String> target,
            Optional<String> platform,
            Path idFile,
            Path archive) {
        Request {
            arguments = Map.copyOf(arguments);
        }
    }

    private final String program;
    private final List<String> probe;

    ContainerTool(String program, List<String> probe) {
        this.program = program;
        this.probe = probe;
    }

    String program() {
        return program;
    }

    /** A command that succeeds only where the tool can really build. */
    List<String> probe() {
        return probe;
    }

    /** The commands that build the image and write it as an archive. */
    abstract List<List<String>> commands(Request request);
}
