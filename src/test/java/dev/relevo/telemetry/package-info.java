/** Tests of what runs show of themselves, against real receivers. */
package dev.relevo.telemetry;
