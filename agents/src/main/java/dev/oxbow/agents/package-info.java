/**
 * The event model of a run and the adapters that make real coding agents speak it.
 *
 * <p>An adapter is two pure things: how to start the agent ({@link
 * dev.oxbow.agents.AgentAdapter#launch}) and how to read what it says ({@link
 * dev.oxbow.agents.StreamDecoder}). Neither touches files, processes or clocks; only {@link
 * dev.oxbow.agents.AgentStore} does, to install agents.
 */
@NullMarked
package dev.oxbow.agents;

import org.jspecify.annotations.NullMarked;
