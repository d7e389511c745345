package dev.relevo.platform.running;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Git's own server on loopback, as in compose.yaml, with the repositories below one folder. */
final class GitServer implements AutoCloseable {
    private final Path folder;
    private final int port;
    private Optional<Process> process = Optional.empty();

    /** A server that is not started yet. */
    GitServer(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.port = LoopbackPort.free();
    }

    void start() throws Exception {
        process = Optional.of(Programs.start(
                folder.resolve("server.log"),
                Map.of(),
                List.of(
                        "git",
                        "daemon",
                        "--reuseaddr",
                        "--listen=127.0.0.1",
                        "--port=" + port,
                        "--base-path=" + folder,
                        "--export-all")));
        Waiting.until("answer of git's server", Duration.ofSeconds(30), () -> listens(port));
    }

    private static Optional<Integer> listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return Optional.of(socket.getPort());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A new repository. */
    Repository repository(String name) throws Exception {
        return Repository.create(folder.resolve(name), "git://127.0.0.1:" + port + "/" + name);
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isPresent()) {
            Programs.stop(process.get());
        }
    }
}
