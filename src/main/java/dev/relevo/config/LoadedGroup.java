package dev.relevo.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A group and where its members stand in the file.
 *
 * @param file the file that was read, absolute
 * @param name the group's name
 * @param members in the order in which they are handed over: each behind those that it is after, else as in the file
 * @param lines the line of each member, by how it is called
 */
public record LoadedGroup(Path file, String name, List<GroupConfig.Member> members, Map<String, Integer> lines) {
    public LoadedGroup {
        members = List.copyOf(members);
        lines = Map.copyOf(lines);
    }

    /** The folder with a member's relevo.yaml. */
    public Path project(GroupConfig.Member member) {
        Path folder = file.toAbsolutePath().getParent();
        return (folder == null ? Path.of("") : folder)
                .resolve(member.folder())
                .toAbsolutePath()
                .normalize();
    }

    /** Where a member stands, e.g. {@code relevo-group.yaml:7}. */
    public String place(GroupConfig.Member member) {
        return file.getFileName() + ":" + lines.getOrDefault(member.called(), 1);
    }
}
