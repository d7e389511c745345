package dev.relevo.local.patch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

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
}
