package dev.relevo.platform;

import dev.relevo.platform.Dockerfile.Instruction;
import dev.relevo.platform.Dockerfile.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules that Dockerfiles of this project keep. Those with a code are hadolint's of that code. */
final class DockerfileRules {
    private static final Pattern INSTALL = Pattern.compile("(?:apt-get|apt)\\s+(?:-\\S+\\s+)*install\\s+([^&;|]*)");
    private static final Pattern FROM_FLAG = Pattern.compile("--from=(\\S+)");
    private static final Set<String> ARCHIVES = Set.of(".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2");

    private final Dockerfile file;
    private final List<String> findings = new ArrayList<>();

    private DockerfileRules(Dockerfile file) {
        this.file = file;
    }

    /** What breaks a rule, a line each; empty when nothing does. */
    static List<String> findings(Dockerfile file) {
        DockerfileRules rules = new DockerfileRules(file);
        rules.checkBases();
        rules.checkUser();
        rules.checkEveryInstruction();
        rules.checkLayers();
        return rules.findings;
    }

    private void checkBases() {
        List<String> earlier = new ArrayList<>();
        for (Stage stage : file.stages()) {
            String base = stage.base(file);
            String tag = base.replaceFirst("@.*", "").replaceFirst("^.*/", "");
            if (!earlier.contains(base) && !base.equals("scratch")) {
                say(!tag.contains(":"), stage.from(), "DL3006 the base [" + base + "] has no tag");
                say(
                        tag.endsWith(":latest"),
                        stage.from(),
                        "DL3007 the base [" + base + "] can be another one tomorrow");
            }
            for (Instruction instruction : stage.body()) {
                Matcher source = FROM_FLAG.matcher(instruction.arguments());
                say(
                        instruction.is("COPY") && source.find() && !earlier.contains(source.group(1)),
                        instruction,
                        "DL3022 copies from a stage that is not in this file");
            }
            earlier.add(stage.name());
        }
    }

    private void checkUser() {
        Instruction last = file.lastStage().body().stream()
                .filter(instruction -> instruction.is("USER"))
                .reduce((a, b) -> b)
                .orElse(new Instruction(file.lastStage().from().line(), "USER", "root"));
        say(
                !last.arguments().matches("[1-9][0-9]*(:[1-9][0-9]*)?"),
                last,
                "DL3002 the image does not end with a USER that is the number of an ordinary user");
    }

    private void checkEveryInstruction() {
        for (Instruction instruction : file.instructions()) {
            switch (instruction.name()) {
                case "RUN" -> checkRun(instruction);
                case "CMD", "ENTRYPOINT" -> say(!instruction.isExecForm(), instruction, "DL3025 is not in exec form");
                case "HEALTHCHECK" ->
                    say(
                            !instruction.withoutFlags().matches("CMD\\s+\\[.*]"),
                            instruction,
                            "DL3025 the health check is not in exec form");
                case "ADD" ->
                    say(
                            ARCHIVES.stream()
                                    .noneMatch(instruction.withoutFlags().split("\\s+")[0]::endsWith),
                            instruction,
                            "DL3020 adds what is no archive; use COPY");
                case "WORKDIR" ->
                    say(!instruction.arguments().matches("[/$].*"), instruction, "DL3000 is no absolute path");
                case "MAINTAINER" -> say(true, instruction, "DL4000 is no longer an instruction; use a label");
                case "ENV", "ARG" ->
                    say(
                            instruction.arguments().matches("(?i).*(password|secret|token)\\w*=\\S+.*"),
                            instruction,
                            "holds a secret");
                default -> {}
            }
        }
        List<Instruction> checks =
                file.instructions().stream().filter(i -> i.is("HEALTHCHECK")).toList();
        say(checks.size() > 1, file.lastStage().from(), "DL3012 has several health checks");
    }

    private void checkRun(Instruction run) {
        String command = run.withoutFlags();
        boolean pipefail = file.instructions().stream()
                .anyMatch(i -> i.is("SHELL") && i.arguments().contains("pipefail"));
        say(
                command.matches(".*[^|]\\|[^|].*") && !pipefail,
                run,
                "DL4006 a pipe hides the failure of its first command");
        say(command.matches("(.*[;&|]\\s*)?sudo\\s.*"), run, "DL3004 uses sudo");
        say(command.matches("(.*[;&|]\\s*)?cd\\s.*"), run, "DL3003 changes the folder; use WORKDIR");
        say(
                command.matches(".*\\bapt-get\\s+(-\\S+\\s+)*(dist-)?upgrade.*"),
                run,
                "DL3005 upgrades what it was based on");
        say(
                command.matches("(.*[;&|]\\s*)?(curl|wget)\\s+-.*")
                        && !command.matches(".*\\bsha(256|512)sum\\b.*--check.*"),
                run,
                "uses what it fetched without a look at its checksum");
        say(
                command.contains("jenkins-plugin-cli") && !command.matches(".*\\brm -rf \\S*cache.*"),
                run,
                "leaves the cache of the plugin tool in the layer");
        Matcher install = INSTALL.matcher(command);
        while (install.find()) {
            checkInstall(run, command, install.group(1));
        }
    }

    private void checkInstall(Instruction run, String command, String words) {
        say(!command.contains("--no-install-recommends"), run, "DL3015 installs packages that nobody asked for");
        say(
                !command.matches(".*install\\s.*(-y|--yes|--assume-yes)\\b.*|.*(-y|-qy|--yes)\\s+install.*"),
                run,
                "DL3014 waits for an answer");
        say(!command.contains("rm -rf /var/lib/apt/lists"), run, "DL3009 leaves the lists of packages in the layer");
        List<String> packages = Arrays.stream(words.trim().split("\\s+"))
                .filter(word -> !word.startsWith("-"))
                .toList();
        say(!packages.equals(packages.stream().sorted().toList()), run, "the packages " + packages + " are not sorted");
        packages.stream()
                .filter(name -> !name.contains("="))
                .forEach(name -> say(true, run, "DL3008 the package [" + name + "] has no version"));
    }

    private void checkLayers() {
        for (Stage stage : file.stages()) {
            Instruction before = stage.from();
            for (Instruction instruction : stage.body()) {
                say(
                        instruction.is("RUN") && before.is("RUN"),
                        instruction,
                        "DL3059 is a layer of its own for what belongs to the one before");
                before = instruction;
            }
            Function<String, Stream<Instruction>> all =
                    name -> stage.body().stream().filter(instruction -> instruction.is(name));
            say(all.apply("CMD").count() > 1, stage.from(), "DL4003 has several CMD");
            say(all.apply("ENTRYPOINT").count() > 1, stage.from(), "DL4004 has several ENTRYPOINT");
            say(all.apply("LABEL").count() > 1, stage.from(), "has several LABEL");
        }
    }

    private void say(boolean broken, Instruction where, String what) {
        if (broken) {
            findings.add("line " + where.line() + " " + where.name() + ": " + what);
        }
    }
}
