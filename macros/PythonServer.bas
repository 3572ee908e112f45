Attribute VB_Name = "PythonServer"
Option Explicit
Option Private Module
'The Python process behind the functions and the buttons: XLPy returns it, started if need be.
'
'Written after the VBA module that xlwings ships for custom add-ins, from which the declaration of its
'library is taken and the way it starts the process; the licence of xlwings follows. Left out is all by
'which a workbook that happens to be open, or a file next to it, could choose what is run: only this
'add-in's own sheet xlperf.conf is read, no path of a workbook goes onto the command line, and no
'formula can reach these procedures.
'
'xlwings is distributed under a BSD 3-clause license.
'
'Copyright (C) 2014-present, Zoomer Analytics LLC.
'All rights reserved.
'
'Redistribution and use in source and binary forms, with or without modification,
'are permitted provided that the following conditions are met:
'
'* Redistributions of source code must retain the above copyright notice, this
'  list of conditions and the following disclaimer.
'
'* Redistributions in binary form must reproduce the above copyright notice, this
'  list of conditions and the following disclaimer in the documentation and/or
'  other materials provided with the distribution.
'
'* Neither the name of the copyright holder nor the names of its
'  contributors may be used to endorse or promote products derived from
'  this software without specific prior written permission.
'
'THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND
'ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED
'WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
'DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR
'ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
'(INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES;
'LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON
'ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
'(INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS
'SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

Public Const XLWINGS_VERSION As String = "0.37.8"

#If Win64 Then
Private Const LIBRARY As String = "xlwings64-" & XLWINGS_VERSION & ".dll"
Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
#Else
Private Const LIBRARY As String = "xlwings32-" & XLWINGS_VERSION & ".dll"
Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-0.37.8.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
#End If
Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal FileName As LongPtr) As LongPtr
Private Declare PtrSafe Function GetShortPathNameW Lib "kernel32" (ByVal Path As LongPtr, ByVal Target As LongPtr, ByVal Size As Long) As Long
Private Declare PtrSafe Function ExpandEnvironmentStringsW Lib "kernel32" (ByVal Source As LongPtr, ByVal Target As LongPtr, ByVal Size As Long) As Long

Private Const RETRY_SECONDS As Long = 30
Private Const OWN_ERROR As Long = vbObjectError + 513

Private isLoaded As Boolean
Private failure As String
Private failedAt As Date

Public Function XLPy() As Object
    Dim result As Variant
    'A sheet full of functions must not wait for each of them where the process does not start.
    If failure <> "" And DateDiff("s", failedAt, Now) < RETRY_SECONDS Then Err.Raise OWN_ERROR, "xlperf", failure
    LoadOnce
    If XLPyDLLActivateAuto(result, CommandLine(), 1) <> 0 Then Fail Setting("no_server")
    failure = ""
    Set XLPy = result
End Function

Public Sub TryAgain()
    'A person who presses a button may have mended it.
    failure = ""
End Sub

Public Function Setting(ByVal key As String) As String
    Dim row As Long
    With ThisWorkbook.Worksheets("xlperf.conf")
        row = 1
        Do While .Cells(row, 1).Value <> ""
            If .Cells(row, 1).Value = key Then
                Setting = .Cells(row, 2).Value
                Exit Function
            End If
            row = row + 1
        Loop
    End With
End Function

Private Function CommandLine() As String
    'Without a command interpreter between: the library sees at once when Python ends, and none is needed.
    '-I keeps out the folder Excel works in, where any file could pose as a module, and the variables that
    'other programs set for a Python of their own.
    CommandLine = """" & Python() & """ -I -B -c ""from xlperf.excel.functions.publish import serve; serve('$(CLSID)')"""
End Function

Private Function Python() As String
    'What VBA hands to the library passes through the code page, in which the user's name may not exist.
    Dim i As Long
    Python = Expanded(Setting("Interpreter_Win"))
    For i = 1 To Len(Python)
        If AscW(Mid$(Python, i, 1)) < 0 Or AscW(Mid$(Python, i, 1)) > 127 Then
            Python = ShortName(Python)
            Exit Function
        End If
    Next i
End Function

Private Sub LoadOnce()
    Dim folder As String
    If isLoaded Then Exit Sub
    folder = ParentFolder(Expanded(Setting("Interpreter_Win")))
    'A virtual environment holds the library in its root, a plain Python next to the interpreter.
    If Not Loaded(ParentFolder(folder)) Then
        If Not Loaded(folder) Then Fail Setting("no_library")
    End If
    isLoaded = True
End Sub

Private Function Loaded(ByVal folder As String) As Boolean
    Dim path As String
    path = folder & "\" & LIBRARY
    Loaded = LoadLibraryW(StrPtr(path)) <> 0
End Function

Private Function Expanded(ByVal text As String) As String
    Dim buffer As String, length As Long
    buffer = String$(32767, vbNullChar)
    length = ExpandEnvironmentStringsW(StrPtr(text), StrPtr(buffer), Len(buffer))
    If length > 1 Then Expanded = Left$(buffer, length - 1)
End Function

Private Function ShortName(ByVal path As String) As String
    'The name in the 8.3 form, which is ASCII; the path itself on a disk that has no such names.
    Dim buffer As String, length As Long
    ShortName = path
    buffer = String$(32767, vbNullChar)
    length = GetShortPathNameW(StrPtr(path), StrPtr(buffer), Len(buffer))
    If length > 0 Then ShortName = Left$(buffer, length)
End Function

Private Function ParentFolder(ByVal path As String) As String
    Dim place As Long
    place = InStrRev(path, "\")
    If place > 0 Then ParentFolder = Left$(path, place - 1)
End Function

Private Sub Fail(ByVal text As String)
    failure = text
    failedAt = Now
    Err.Raise OWN_ERROR, "xlperf", text
End Sub
