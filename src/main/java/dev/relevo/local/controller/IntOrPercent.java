package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;

/** Numbers that a manifest may give as a share. */
final class IntOrPercent {
    private IntOrPercent() {}

    /** The number, or that percentage of the total, rounded up or down. */
    static int of(JsonNode value, int total, boolean roundUp) {
        String text = value.asText("0");
        if (text.endsWith("%")) {
            double share = Integer.parseInt(text.substring(0, text.length() - 1)) * (double) total / 100;
            return (int) (roundUp ? Math.ceil(share) : Math.floor(share));
        }
        return Integer.parseInt(text);
    }
}
