package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.config.GroupConfig.Member;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Reads a group's file, and says everything that is wrong with it at once. */
public final class GroupLoader {
    private static final KeyPath MEMBERS = new KeyPath(List.of("members"));
    private static final List<String> NEEDED = List.of("kind", "name", "members");

    private final Path file;
    private final String shown;

    private GroupLoader(Path file) {
        this.file = file.toAbsolutePath().normalize();
        this.shown = String.valueOf(file.getFileName());
    }

    /**
     * The group of a file.
     *
     * @throws RelevoException with a {@link ConfigError}, naming the line
     */
    public static LoadedGroup load(Path file) {
        return new GroupLoader(file).read();
    }

    private LoadedGroup read() {
        if (!Files.exists(file)) {
            throw Problem.of(ConfigError.MISSING_FILE, "There is no group's file " + file)
                    .remedy("Name the file that lists the group's members with --group; docs/groups.md shows one.")
                    .asException();
        }
        YamlDocument document = YamlFile.read(file, shown);
        List<Finding> findings = new ArrayList<>(ConfigSchema.ofGroups().check(document));
        for (String key : NEEDED) {
            if (!document.tree().hasNonNull(key)) {
                findings.add(new Finding(new KeyPath(List.of(key)), "is missing"));
            }
        }
        refuse(document, findings);
        List<Member> members = members(document, findings);
        refuse(document, findings);
        check(members, findings);
        refuse(document, findings);
        Map<String, Integer> lines = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            lines.put(members.get(i).called(), document.line(MEMBERS.index(i)));
        }
        try {
            GroupConfig group = new GroupConfig(
                    document.tree().path("apiVersion").asText(RelevoConfig.API_VERSION),
                    document.tree().path("kind").asText(),
                    document.tree().path("name").asText(),
                    members);
            return new LoadedGroup(file, group.name(), new GroupOrder(members).ordered(), lines);
        } catch (InvalidValue e) {
            findings.add(of(KeyPath.parse(e.key()), e));
            throw refusal(document, findings);
        }
    }

    private static List<Member> members(YamlDocument document, List<Finding> findings) {
        List<Member> members = new ArrayList<>();
        JsonNode entries = document.tree().path("members");
        for (int i = 0; i < entries.size(); i++) {
            JsonNode entry = entries.get(i);
            if (!entry.hasNonNull("app")) {
                findings.add(new Finding(MEMBERS.index(i), "needs the key [app]"));
                continue;
            }
            try {
                members.add(member(entry));
            } catch (InvalidValue e) {
                findings.add(of(MEMBERS.index(i).child(e.key()), e));
            }
        }
        return members;
    }

    private static Finding of(KeyPath path, InvalidValue e) {
        return new Finding(path, "is [" + e.value() + "]; expected " + e.expected());
    }

    private static Member member(JsonNode entry) {
        List<String> after = StreamSupport.stream(entry.path("after").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return new Member(
                entry.path("app").asText(),
                text(entry, "name"),
                text(entry, "path"),
                text(entry, "environment"),
                after);
    }

    private static Optional<String> text(JsonNode entry, String key) {
        return Optional.ofNullable(entry.path(key).textValue());
    }

    private static void check(List<Member> members, List<Finding> findings) {
        List<String> names = members.stream().map(Member::called).toList();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            KeyPath path = MEMBERS.index(i);
            if (names.indexOf(member.called()) < i) {
                findings.add(new Finding(
                        path,
                        "is called [" + member.called() + "] as members[" + names.indexOf(member.called())
                                + "] is; expected a name of its own"));
            }
            for (int j = 0; j < member.after().size(); j++) {
                String other = member.after().get(j);
                if (!names.contains(other)) {
                    findings.add(new Finding(
                            path.child("after").index(j),
                            "is [" + other + "]; expected one of " + String.join(", ", names)
                                    + Nearest.suggestion(other, names)));
                }
            }
        }
        if (findings.isEmpty()) {
            checkOrder(members, names, findings);
        }
    }

    private static void checkOrder(List<Member> members, List<String> names, List<Finding> findings) {
        List<String> circle = new GroupOrder(members).circle();
        if (!circle.isEmpty()) {
            findings.add(new Finding(
                    MEMBERS.index(names.indexOf(circle.get(0))).child("after"),
                    "leads round in a circle: " + String.join(" after ", circle)
                            + "; expected an order in which each can wait for the others"));
        }
    }

    private void refuse(YamlDocument document, List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw refusal(document, findings);
        }
    }

    private RelevoException refusal(YamlDocument document, List<Finding> findings) {
        List<String> lines = findings.stream()
                .sorted(Comparator.comparingInt(finding -> document.line(finding.path())))
                .map(finding ->
                        shown + ":" + document.line(finding.path()) + ": [" + finding.path() + "] " + finding.message())
                .toList();
        return Problem.of(ConfigError.INVALID_CONFIGURATION, lines.get(0))
                .details(lines.subList(1, lines.size()))
                .remedy("Correct " + (lines.size() == 1 ? "it" : "all " + lines.size())
                        + "; `relevo config schema --group` prints every key there is.")
                .asException();
    }
}
