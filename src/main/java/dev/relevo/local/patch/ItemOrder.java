package dev.relevo.local.patch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The order of the items of a list that was merged: that of the patch, with what only the server has kept in place. */
final class ItemOrder {
    private ItemOrder() {}

    /**
     * Both orders in one. An item that only the server has goes before the first item of the patch that follows it on
     * the server.
     */
    static List<String> combine(Collection<String> server, Collection<String> patch) {
        List<String> serverOrder = new ArrayList<>(server);
        List<String> serverOnly = new ArrayList<>(server);
        serverOnly.removeAll(patch);
        List<String> ordered = new ArrayList<>();
        int next = 0;
        for (String item : patch) {
            int place = serverOrder.indexOf(item);
            while (place >= 0 && next < serverOnly.size() && serverOrder.indexOf(serverOnly.get(next)) < place) {
                ordered.add(serverOnly.get(next++));
            }
            ordered.add(item);
        }
        ordered.addAll(serverOnly.subList(next, serverOnly.size()));
        return ordered;
    }

    /**
     * The order after a server-side apply: what only the server has comes first of what meets, and what both have in the
     * order of what is applied; after {@code visitListItems} of structured-merge-diff.
     */
    static List<String> applied(Collection<String> server, Collection<String> wanted) {
        List<String> left = new ArrayList<>(server);
        List<String> right = new ArrayList<>(wanted);
        Deque<String> shared = new ArrayDeque<>(right);
        shared.retainAll(left);
        Set<String> ordered = new LinkedHashSet<>();
        int l = 0;
        int r = 0;
        while (l < left.size() || r < right.size()) {
            String ours = l < left.size() ? left.get(l) : "";
            if (l < left.size() && r < right.size() && !ours.equals(right.get(r))) {
                boolean laterShared = right.contains(ours) && !shared.isEmpty() && !ours.equals(shared.peek());
                if (laterShared) {
                    l++;
                    continue;
                }
            }
            if (l < left.size() && !right.contains(ours)) {
                ordered.add(ours);
                l++;
                continue;
            }
            if (l < left.size() && ordered.contains(ours)) {
                l++;
            }
            if (r < right.size()) {
                String theirs = right.get(r);
                ordered.add(theirs);
                r++;
                if (l < left.size() && theirs.equals(left.get(l))) {
                    l++;
                }
                if (theirs.equals(shared.peek())) {
                    shared.remove();
                }
            }
        }
        return List.copyOf(ordered);
    }
}
