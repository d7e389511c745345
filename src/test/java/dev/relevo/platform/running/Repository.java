package dev.relevo.platform.running;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A git repository with the branch main.
 *
 * @param address where others get it
 */
public record Repository(Path folder, String address) {
    static Repository create(Path folder, String address) throws Exception {
        Repository repository = new Repository(Files.createDirectories(folder), address);
        repository.git("init", "-q", "-b", "main");
        return repository;
    }

    String git(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("git", "-c", "user.name=Test", "-c", "user.email=test@example.com"));
        command.addAll(List.of(words));
        return Programs.run(folder, Map.of(), command).strip();
    }

    /** Commits what is in the folder and returns the commit. */
    public String commit(String message) throws Exception {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", message);
        return git("rev-parse", "HEAD");
    }

    /** A branch like the present one. It stays on the present one. */
    public void branch(String name) throws Exception {
        git("branch", name);
    }

    /** Copies files of this checkout, committed or not, but not what git ignores. */
    void copyFromCheckout(String... paths) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "ls-files", "-co", "--exclude-standard", "--"));
        command.addAll(List.of(paths));
        for (String name : Programs.run(Path.of("").toAbsolutePath(), Map.of(), command)
                .lines()
                .toList()) {
            Path to = folder.resolve(name);
            Files.createDirectories(to.getParent());
            Files.copy(Path.of(name), to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
