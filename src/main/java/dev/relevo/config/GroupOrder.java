package dev.relevo.config;

import dev.relevo.config.GroupConfig.Member;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Members of a group in an order in which each comes behind those that it is after: else the order of the file. */
record GroupOrder(List<Member> members) {
    GroupOrder {
        members = List.copyOf(members);
    }

    /** The order; without those that are in a circle, or behind one. */
    List<Member> ordered() {
        List<Member> left = new ArrayList<>(members);
        List<Member> ordered = new ArrayList<>();
        Set<String> done = new LinkedHashSet<>();
        Optional<Member> next = ready(left, done);
        while (next.isPresent()) {
            left.remove(next.get());
            ordered.add(next.get());
            done.add(next.get().called());
            next = ready(left, done);
        }
        return ordered;
    }

    private static Optional<Member> ready(List<Member> left, Set<String> done) {
        return left.stream().filter(member -> done.containsAll(member.after())).findFirst();
    }

    /** The names of members that are after each other in a circle, the first again at the end; empty when there is none. */
    List<String> circle() {
        List<Member> left = new ArrayList<>(members);
        left.removeAll(ordered());
        if (left.isEmpty()) {
            return List.of();
        }
        // Each of those that are left is after another of them, so that going on leads round in the end.
        List<String> way = new ArrayList<>();
        Member at = left.get(0);
        while (!way.contains(at.called())) {
            way.add(at.called());
            at = before(at, left);
        }
        List<String> circle = new ArrayList<>(way.subList(way.indexOf(at.called()), way.size()));
        circle.add(at.called());
        return circle;
    }

    private static Member before(Member member, List<Member> left) {
        return left.stream()
                .filter(other -> member.after().contains(other.called()))
                .findFirst()
                .orElseThrow();
    }
}
