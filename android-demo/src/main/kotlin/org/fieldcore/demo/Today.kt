package org.fieldcore.demo

import java.time.LocalDate

/** Today by the phone's calendar, as the core takes a day: 20260105. */
internal fun today(): UInt = LocalDate.now().let { it.year * 10_000 + it.monthValue * 100 + it.dayOfMonth }.toUInt()
